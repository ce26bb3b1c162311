using System.Globalization;
using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>README.md of an export: sizes, formats, how to build.</summary>
static class CReadme
{
    public static string Print(CModel model)
    {
        FixedNetwork network = model.Network;
        CCost cost = Costs.CostModel.Of(model);
        int multiplyAdds = model.Products.Sum(product => product.Matrix.IsSparse ? product.Matrix.Kept : product.Matrix.Values.Length);
        string products = string.Join('\n', model.Products.Select(product => $"- `{CProducts.Describe(product)}`, {product.Matrix.Bits}-bit weights{(product.Matrix.IsSparse ? $", {product.Matrix.Kept} of them not 0" : "")}"));
        return $"""
            # {model.Name}

            A recurrent network in integers: {network.InputWidth} numbers a step, {network.OutputWidth} classes. Made by `tern export`, target {model.Options.Target.Name()}; scales from {model.Options.Calibration}.

            | what | |
            |---|---|
            | code and tables (flash), about | {Number(cost.FlashBytes)} bytes |
            | of these weights, biases and tables as bytes | {Number(network.TableBytes)} bytes |
            | state and work space (RAM), one `{model.Name}_state` | {Number(cost.RamBytes)} bytes |
            | stack of a call, at most about | {Number(Costs.CBudget.Stack(model))} bytes |{(cost.Cycles == 0 ? "" : $"\n| a step, about | {Number(cost.Cycles)} cycles |")}

            Flash{(cost.Cycles == 0 ? " is predicted as Cortex-M4 code has it" : " and cycles are predicted")}, without a compiler. {Number(multiplyAdds)} multiply-adds a step. No heap, no floating point, no library but the compiler's own.

            ```c
            static {model.Name}_state network;
            {model.Name}_reset(&network);                 /* before a series */
            {model.Name}_step(&network, input);           /* {network.InputWidth} words of 16 bits */
            class = {model.Name}_classify(&network);      /* 0 to {network.OutputWidth - 1} */
            ```

            An input word is the number as measured times 2^bits: {Bits(network)}. `{model.Name}.h` has the classes.{(model.Mel is null ? "" : $" `{model.Name}_mel.h` makes these words of sound, sample by sample.")}

            ## Test

            `{model.Name}_selftest()` runs {model.Options.TestSteps} steps, saturating ones among them, and compares every word of the state after each.

            ```sh
            {CTargets.Build(model.Options.Target, model.Name, sound: model.Mel is not null)}
            ```

            ## A step

            {products}

            """;
    }

    static string Bits(FixedNetwork network) => network.InputFractions.Distinct().Count() == 1 ? $"{network.InputFractions[0]} bits" : string.Join(", ", network.InputFractions);

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
