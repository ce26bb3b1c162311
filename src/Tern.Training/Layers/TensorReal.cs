using Tern.Cells;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>A tensor, or a constant that takes the shape of what it meets, as a cell's arithmetic.</summary>
readonly struct TensorReal : IReal<TensorReal>
{
    readonly Tensor? tensor;
    readonly float constant;

    public TensorReal(Tensor tensor) => this.tensor = tensor;

    TensorReal(float constant) => this.constant = constant;

    public Tensor Value => tensor ?? throw new InvalidOperationException("A cell's result does not depend on its input.");

    public static TensorReal operator +(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant + b.constant) : new(b.tensor + a.constant)
        : b.tensor is null ? new(a.tensor + b.constant) : new(a.tensor + b.tensor);

    public static TensorReal operator -(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant - b.constant) : new(a.constant - b.tensor)
        : b.tensor is null ? new(a.tensor - b.constant) : new(a.tensor - b.tensor);

    public static TensorReal operator *(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant * b.constant) : new(b.tensor * a.constant)
        : b.tensor is null ? new(a.tensor * b.constant) : new(a.tensor * b.tensor);

    public static TensorReal operator /(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant / b.constant) : new(a.constant / b.tensor)
        : b.tensor is null ? new(a.tensor / b.constant) : new(a.tensor / b.tensor);

    public static TensorReal operator -(TensorReal a) => a.tensor is null ? new(-a.constant) : new(-a.tensor);

    public static TensorReal Const(float value) => new(value);

    public static TensorReal Sigmoid(TensorReal x) => new(x.Value.sigmoid());

    public static TensorReal Tanh(TensorReal x) => new(x.Value.tanh());

    public static TensorReal WherePositive(TensorReal x, TensorReal a, TensorReal b) =>
        new(where(x.Value > 0, a.Like(x.Value), b.Like(x.Value)));

    Tensor Like(Tensor other) => tensor ?? full_like(other, constant);
}
