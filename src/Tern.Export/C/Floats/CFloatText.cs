using System.Globalization;

namespace Tern.Export.C.Floats;

/// <summary>Floats as C has them.</summary>
static class CFloatText
{
    /// <summary>The shortest decimal number that is this float, as a constant of C.</summary>
    public static string Number(float value)
    {
        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().IndexOfAny('.', 'E') < 0 ? digits + ".0f" : digits + "f";
    }

    /// <summary>As an operand: a negative one in brackets.</summary>
    public static string Operand(float value) => value < 0 ? $"({Number(value)})" : Number(value);
}
