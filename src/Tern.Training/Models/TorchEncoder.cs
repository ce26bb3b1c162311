using Tern.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace Tern.Training.Models;

/// <summary>
/// libtorch's own LSTM or GRU, the baselines. One direction runs over the padded batch: what comes after a text's end
/// does not reach its steps. Two directions run over a packed sequence, since the second would start in the padding.
/// </summary>
public sealed class TorchEncoder : SequenceEncoder
{
    const string ModuleName = "encoder";
    readonly LSTM? lstm;
    readonly GRU? gru;
    readonly TorchRecurrentSpec spec;

    /// <summary>Makes the module with libtorch's initial weights.</summary>
    /// <param name="input">Columns of the input.</param>
    /// <param name="config">Cell (lstm-libtorch or gru-libtorch), sizes, directions, dropout between layers.</param>
    public TorchEncoder(int input, ModelConfig config) : base(nameof(TorchEncoder))
    {
        spec = new TorchRecurrentSpec
        {
            Name = ModuleName, Inputs = [], Cell = config.Cell == ModelConfig.LstmLibtorch ? "lstm" : "gru", Input = input, Hidden = config.Hidden, Layers = config.Layers, Bidirectional = config.Bidirectional,
        };
        double dropout = config.Layers > 1 ? config.LayerDropout : 0; // libtorch warns of dropout after a single layer
        if (config.Cell == ModelConfig.LstmLibtorch)
            lstm = nn.LSTM(input, config.Hidden, config.Layers, dropout: dropout, bidirectional: config.Bidirectional);
        else
            gru = nn.GRU(input, config.Hidden, config.Layers, dropout: dropout, bidirectional: config.Bidirectional);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int OutputWidth => spec.Bidirectional ? 2 * spec.Hidden : spec.Hidden;

    /// <inheritdoc/>
    public override Tensor Encode(Tensor input, int[] lengths)
    {
        if (!spec.Bidirectional || Array.TrueForAll(lengths, length => length == input.size(0)))
            return lstm is not null ? lstm.call(input).Item1 : gru!.call(input).Item1;

        using Tensor cpuLengths = torch.tensor(Array.ConvertAll(lengths, length => (long)length));
        PackedSequence packed = pack_padded_sequence(input, cpuLengths, enforce_sorted: false);
        PackedSequence result = lstm is not null ? lstm.call(packed).Item1 : gru!.call(packed).Item1;
        return pad_packed_sequence(result, total_length: input.size(0)).Item1;
    }

    /// <inheritdoc/>
    public override IEnumerable<ModuleSpec> Specs(string input) => [spec with { Inputs = [input] }];

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Tensor)> Tensors() =>
        ((nn.Module?)lstm ?? gru!).named_parameters().Select(p => ($"{ModuleName}.{p.name}", (Tensor)p.parameter));
}
