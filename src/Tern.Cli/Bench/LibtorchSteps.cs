using Tern.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>A step of libtorch's LSTM, as a module for sequences and as a cell.</summary>
sealed class LibtorchSteps : IDisposable
{
    public const string Lstm = "lstm-libtorch", LstmCell = "lstmcell-libtorch";

    readonly IDisposable module;

    LibtorchSteps(Action step, IDisposable module) => (Step, this.module) = (step, module);

    public Action Step { get; }

    public static LibtorchSteps Make(string cell, int size)
    {
        TorchRuntime.Load(new TorchOptions { Threads = 1 });
        return cell == Lstm ? Whole(size) : Cell(size);
    }

    static LibtorchSteps Whole(int size)
    {
        LSTM module = nn.LSTM(size, size);
        Tensor x = randn(1, 1, size), h = zeros(1, 1, size), c = zeros(1, 1, size);   // [time, batch, size]
        return new(() =>
        {
            using IDisposable off = no_grad();
            var (output, nextH, nextC) = module.forward(x, (h, c));
            output.Dispose();
            h.Dispose();
            c.Dispose();
            (h, c) = (nextH, nextC);
        }, module);
    }

    static LibtorchSteps Cell(int size)
    {
        LSTMCell module = nn.LSTMCell(size, size);
        Tensor x = randn(1, size), h = zeros(1, size), c = zeros(1, size);            // [batch, size]
        return new(() =>
        {
            using IDisposable off = no_grad();
            var (nextH, nextC) = module.forward(x, (h, c));
            h.Dispose();
            c.Dispose();
            (h, c) = (nextH, nextC);
        }, module);
    }

    public void Dispose() => module.Dispose();
}
