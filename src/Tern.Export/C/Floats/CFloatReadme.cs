using System.Globalization;

namespace Tern.Export.C.Floats;

/// <summary>README.md of an export in floats: sizes, how to build.</summary>
static class CFloatReadme
{
    public static string Print(CFloatModel model)
    {
        string matrices = string.Join('\n', model.Matrices.Select(matrix => $"- `{model.Name}_{matrix.Name}`: [{matrix.Rows}, {matrix.Columns}], {matrix.Kind.Replace('_', ' ')}, {Number(matrix.MultiplyAdds)} multiply-adds"));
        return $"""
            # {model.Name}

            A recurrent network in floats: {(model.Tokens > 0 ? "a token id" : $"{model.Inputs} numbers")} a step, {model.Outputs} classes. Made by `tern export --numbers float`, target {model.Options.Target.Name()}.

            | what | bytes |
            |---|---|
            | weights, biases and tables (flash) | {Number(model.TableBytes)} |
            | state and work space (RAM), one `{model.Name}_state` | {Number(model.StateBytes)} |

            {Number(model.Matrices.Sum(matrix => matrix.MultiplyAdds))} multiply-adds a step and its output. No heap; of the C library expf, tanhf and sqrtf, where the cell has them.

            ```c
            static {model.Name}_state network;
            {model.Name}_reset(&network);                 /* before a series */
            {model.Name}_step(&network, input);           /* {(model.Tokens > 0 ? "a token id" : $"{model.Inputs} floats, as measured")} */
            class = {model.Name}_classify(&network);      /* 0 to {model.Outputs - 1} */
            ```

            ## Test

            `{model.Name}_selftest()` runs {model.Options.TestSteps} steps and compares the scores after each with those of the model in .NET.

            ```sh
            {CTargets.BuildFloats(model.Options.Target, model.Name)}
            ```

            ## Matrices

            {matrices}

            """;
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
