using System.Globalization;
using Tern.Cli.Mcu;
using Tern.Export.C;

namespace Tern.Cli.Fit;

/// <summary>What a model may take on a target; null where there is no limit.</summary>
/// <param name="Target">The target.</param>
/// <param name="Flash">Bytes of code and tables.</param>
/// <param name="Ram">Bytes of state, work space and stack.</param>
/// <param name="Milliseconds">Of a step, at the target's clock.</param>
sealed record FitBudget(CTarget Target, int? Flash, int? Ram, double? Milliseconds)
{
    /// <summary>Milliseconds of a number of cycles; 0 where the target's cycles are not known.</summary>
    public double MillisecondsOf(long cycles) => McuTarget.Of(Target).Milliseconds(cycles);

    /// <summary>Whether a model is within the budget.</summary>
    public bool Holds(FitCost cost) => Excess(cost) <= 1;

    /// <summary>The most that any limit is exceeded by, as a ratio; at most 1 within the budget.</summary>
    public double Excess(FitCost cost) => Math.Max(Math.Max(Ratio(cost.Flash, Flash), Ratio(cost.Ram, Ram)), Ratio(MillisecondsOf(cost.Cycles), Milliseconds));

    /// <summary>For example "3,072 bytes of flash and 512 of RAM on atmega328p".</summary>
    public override string ToString()
    {
        List<string> limits = [];
        if (Flash is { } flash) limits.Add($"{flash.ToString("N0", CultureInfo.InvariantCulture)} bytes of flash");
        if (Ram is { } ram) limits.Add($"{ram.ToString("N0", CultureInfo.InvariantCulture)} bytes of RAM");
        if (Milliseconds is { } time) limits.Add(string.Create(CultureInfo.InvariantCulture, $"{time} ms a step"));
        return $"{string.Join(", ", limits)} on {Target.Name()}";
    }

    /// <summary>The options that would let a model in, for example "--flash 1020B --ram 96B".</summary>
    public string OptionsFor(FitCost cost)
    {
        List<string> options = [];
        if (Flash < cost.Flash) options.Add($"--flash {cost.Flash}B");
        if (Ram < cost.Ram) options.Add($"--ram {cost.Ram}B");
        if (Milliseconds < MillisecondsOf(cost.Cycles)) options.Add(string.Create(CultureInfo.InvariantCulture, $"--max-ms {Math.Ceiling(1000 * MillisecondsOf(cost.Cycles)) / 1000}"));
        return string.Join(' ', options);
    }

    static double Ratio(double value, double? limit) => limit is { } most ? value / most : 0;
}

/// <summary>What a model takes.</summary>
/// <param name="Flash">Bytes of code and tables.</param>
/// <param name="Ram">Bytes of state, work space and stack.</param>
/// <param name="Cycles">Of a step; 0 where they are not known.</param>
readonly record struct FitCost(long Flash, long Ram, long Cycles);
