using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>A program that prints the state after every step of a sequence, for `tern bench mcu`; bench_port.h is the target's part.</summary>
static class CBench
{
    public static string Print(CModel model, IReadOnlyList<short[]> inputs)
    {
        string name = model.Name;
        CText text = new();
        text.Line("#include \"bench_port.h\"").Line($"#include \"{name}.h\"").Line();
        text.Array("int16_t", "inputs", "ROM", inputs.SelectMany(input => input).Select(word => (int)word)).Line();
        text.Line($"static {name}_state state;").Line();
        text.Lines("""
            static void hex(uint16_t word)
            {
            int8_t shift;

            for (shift = 12; shift >= 0; shift -= 4) {
            put("0123456789abcdef"[(word >> shift) & 15]);
            }
            }

            int main(void)
            {
            """);
        text.Line($"int16_t input[{model.Network.InputWidth}];").Line("uint16_t step, i;").Line();
        text.Line("port_init();").Line($"{name}_reset(&state);").Line($"for (step = 0; step < {inputs.Count}; step++) {{");
        text.Line($"for (i = 0; i < {model.Network.InputWidth}; i++) {{").Line($"input[i] = WORD(&inputs[step * {model.Network.InputWidth} + i]);").Line("}");
        text.Line("MARK_START();").Line($"{name}_step(&state, input);").Line("MARK_STOP();");
        foreach (FixedVector vector in model.States) text.Line($"for (i = 0; i < {vector.Length}; i++) {{").Line($"hex((uint16_t)state.{vector.Name}[i]);").Line("}");
        if (model.Network.Pooling is { } mean)
            text.Line($"for (i = 0; i < {mean.To.Length}; i++) {{").Line($"hex((uint16_t)((uint32_t)state.{mean.To.Name}_sums[i] & 65535U));").Line($"hex((uint16_t)((uint32_t)state.{mean.To.Name}_sums[i] >> 16));").Line("}").Line("hex(state.steps);");
        text.Line($"hex({name}_classify(&state));").Line("put('\\n');").Line("}");
        text.Line("hex((uint16_t)port_stack());").Line("put('\\n');").Line("leave();").Line("return 0;").Line("}");
        return text.ToString();
    }

    /// <summary>The lines that the program must print.</summary>
    public static IEnumerable<string> Expected(FixedNetwork network, IReadOnlyList<short[]> inputs)
    {
        FixedPointSession session = network.CreateInterpreter();
        short[] state = new short[network.StateWords];
        foreach (short[] input in inputs)
        {
            session.Step(input);
            session.CopyState(state);
            yield return string.Concat(state.Append((short)session.Classify()).Select(word => ((ushort)word).ToString("x4")));
        }
    }
}
