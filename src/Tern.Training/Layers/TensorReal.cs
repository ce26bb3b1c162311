using Tern.Cells;
using Tern.Training.Native;
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
        a.tensor is null ? b.tensor is null ? new(a.constant + b.constant) : new(b.tensor.add(KeptScalars.Of(a.constant), KeptScalars.One))
        : b.tensor is null ? new(a.tensor.add(KeptScalars.Of(b.constant), KeptScalars.One)) : new(a.tensor.add(b.tensor, KeptScalars.One));

    public static TensorReal operator -(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant - b.constant) : new(b.tensor.neg().add(KeptScalars.Of(a.constant), KeptScalars.One))
        : b.tensor is null ? new(a.tensor.sub(KeptScalars.Of(b.constant))) : new(a.tensor - b.tensor);

    public static TensorReal operator *(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant * b.constant) : new(b.tensor.mul(KeptScalars.Of(a.constant)))
        : b.tensor is null ? new(a.tensor.mul(KeptScalars.Of(b.constant))) : new(a.tensor * b.tensor);

    public static TensorReal operator /(TensorReal a, TensorReal b) =>
        a.tensor is null ? b.tensor is null ? new(a.constant / b.constant) : new(b.tensor.reciprocal().mul(KeptScalars.Of(a.constant)))
        : b.tensor is null ? new(a.tensor.div(KeptScalars.Of(b.constant))) : new(a.tensor / b.tensor);

    public static TensorReal operator -(TensorReal a) => a.tensor is null ? new(-a.constant) : new(-a.tensor);

    public static TensorReal Const(float value) => new(value);

    public static TensorReal Sigmoid(TensorReal x) => new(x.Value.sigmoid());

    public static TensorReal Tanh(TensorReal x) => new(x.Value.tanh());

    public static TensorReal WherePositive(TensorReal x, TensorReal a, TensorReal b) =>
        new(where(x.Value.gt(KeptScalars.Zero), a.Like(x.Value), b.Like(x.Value)));

    Tensor Like(Tensor other) => tensor ?? full_like(other, KeptScalars.Of(constant));
}
