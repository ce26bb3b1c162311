using System.Globalization;
using System.Runtime.InteropServices;
using Tern.Cells;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Layers;

[Collection(nameof(Torch))]
public sealed partial class ScanMemoryTests
{
    static ScanMemoryTests() => TorchRuntime.Load();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Peak_of_a_training_step_is_the_formula_s(bool bidirectional, int threads)
    {
        if (!File.Exists("/proc/self/clear_refs")) Assert.Skip("the peak of resident memory is read from /proc (Linux)");
        const int time = 512, batch = 32, input = 256, hidden = 256;
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            using var scope = NewDisposeScope();
            var config = new StackConfig { Input = input, Hidden = hidden, Layers = 1, Bidirectional = bidirectional };
            var layer = new RecurrentLayer(config, 0);
            var x = randn(time, batch, input).requires_grad_();
            var gradient = randn(time, batch, config.Output);
            Step();   // first touch of code and worker threads
            // The process has other memory that comes and goes: the least of three is the step's own.
            double measured = Enumerable.Range(0, 3).Min(_ => Peak());
            // The gradient of the output is the caller's, here made before the start.
            double expected = ScanMemory.Peak(layer.Shape, time, batch, threads) - 4.0 * time * batch * config.Output;
            Assert.InRange(measured / expected, 0.8, 1.25);   // pages, and what libtorch itself allocates

            double Peak()
            {
                x.grad = null;
                foreach (var p in layer.parameters()) p.grad = null;
                _ = malloc_trim(0);
                long start = Status("VmRSS");
                File.WriteAllText("/proc/self/clear_refs", "5");   // the peak starts anew
                Step();
                return Status("VmHWM") - start;
            }

            void Step()
            {
                using var step = NewDisposeScope();
                layer.forward(x).Output.backward([gradient]);
                BackwardGuard.ThrowIfFailed();
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }

    static double Kilobytes(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    static long Status(string key) => (long)(1024 * Kilobytes(File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal))));

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
