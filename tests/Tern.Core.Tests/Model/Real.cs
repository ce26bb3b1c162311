using Tern.Cells;

namespace Tern.Core.Tests.Model;

/// <summary>A double as the arithmetic of a cell: the slow reference of the tests.</summary>
readonly record struct Real(double Value) : IReal<Real>
{
    public static Real operator +(Real a, Real b) => new(a.Value + b.Value);
    public static Real operator -(Real a, Real b) => new(a.Value - b.Value);
    public static Real operator *(Real a, Real b) => new(a.Value * b.Value);
    public static Real operator /(Real a, Real b) => new(a.Value / b.Value);
    public static Real operator -(Real a) => new(-a.Value);
    public static Real Const(float value) => new(value);
    public static Real Sigmoid(Real x) => new(1 / (1 + Math.Exp(-x.Value)));
    public static Real Tanh(Real x) => new(Math.Tanh(x.Value));
    public static Real WherePositive(Real x, Real a, Real b) => x.Value > 0 ? a : b;
}
