namespace Tern.Export.C.Costs;

/// <summary>What C code consists of, for its cost: bytes each time that it is written, cycles each time that it runs.</summary>
enum CPiece
{
    /// <summary>reset, step, output and classify without what follows.</summary>
    Functions,

    /// <summary>A state in reset.</summary>
    State,

    /// <summary>A call of an assembly function in step.</summary>
    Call,

    /// <summary>A word of the input held within its limit.</summary>
    Input,

    /// <summary>A word of the input normalised.</summary>
    Normalize,

    /// <summary>A bit by which normalisation shifts: processors of 8 bits shift bit by bit.</summary>
    NormalizeBit,

    /// <summary>A bit of another shift of 32 bits, where it is not by whole bytes.</summary>
    ShiftBit,

    /// <summary>A word that a window moves.</summary>
    Window,

    /// <summary>A unit of the pooling by maximum.</summary>
    Max,

    /// <summary>A unit of the pooling by mean; the division in output counts as bytes alone.</summary>
    Mean,

    /// <summary>A row of a product.</summary>
    Row,

    /// <summary>What a multiplier adds to a row.</summary>
    Multiplier,

    /// <summary>What a sum with y adds to a row.</summary>
    Add,

    /// <summary>A limit of a row.</summary>
    RowLimit,

    /// <summary>A weight of 8 bits, by the function that sums a row.</summary>
    Weight8,

    /// <summary>A weight of 16 bits.</summary>
    Weight16,

    /// <summary>A listed weight of 8 bits.</summary>
    Listed8,

    /// <summary>A listed weight of 16 bits.</summary>
    Listed16,

    /// <summary>The function of limits.</summary>
    LimitFunction,

    /// <summary>The function of ramps.</summary>
    RampFunction,

    /// <summary>The functions of sigmoid and tanh.</summary>
    SigmoidFunction,

    /// <summary>A unit of a pointwise step.</summary>
    Unit,

    /// <summary>A load of a unit.</summary>
    Load,

    /// <summary>A word of a table.</summary>
    Parameter,

    /// <summary>A product.</summary>
    Multiply,

    /// <summary>A sum or difference.</summary>
    Sum,

    /// <summary>A shift in a sum.</summary>
    Shift,

    /// <summary>A limit.</summary>
    Limit,

    /// <summary>A ramp.</summary>
    Ramp,

    /// <summary>A sigmoid or tanh.</summary>
    Sigmoid,

    /// <summary>A choice.</summary>
    Select,

    /// <summary>A store.</summary>
    Store,
}
