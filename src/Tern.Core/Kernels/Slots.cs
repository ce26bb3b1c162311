namespace Tern.Kernels;

/// <summary>A set of slots of <see cref="Cells.Lane{T}"/> and <see cref="Adjoint{T}"/>, so that kernels load only what they read.</summary>
[Flags]
enum Slots : uint
{
    None = 0,
    X0 = 1 << 0, X1 = 1 << 1, X2 = 1 << 2, X3 = 1 << 3,
    U0 = 1 << 4, U1 = 1 << 5, U2 = 1 << 6, U3 = 1 << 7,
    P0 = 1 << 8, P1 = 1 << 9, P2 = 1 << 10, P3 = 1 << 11, P4 = 1 << 12, P5 = 1 << 13, P6 = 1 << 14, P7 = 1 << 15,
    Q0 = 1 << 16, Q1 = 1 << 17, Q2 = 1 << 18, Q3 = 1 << 19,
    S0 = 1 << 20, S1 = 1 << 21, N0 = 1 << 22, N1 = 1 << 23,
    Skip = 1 << 24, Mask = 1 << 25, DY = 1 << 26, DS0 = 1 << 27, DS1 = 1 << 28,
    Keep = 1 << 29, X4 = 1 << 30,
}
