using System.Text.Json;
using Tern.Features;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

public sealed class ModelFileTests
{
    [Fact]
    public void What_is_saved_is_loaded()
    {
        using TemporaryFolder folder = new();
        var tensors = SmallModel.Tensors(SmallModel.Spec);
        ModelFile.Save(folder["m.safetensors"], SmallModel.Spec, tensors);
        var (spec, loaded) = ModelFile.Load(folder["m.safetensors"]);

        Assert.Equal(["m.safetensors"], folder.Files);
        Assert.Equal(tensors.Keys.Order(), loaded.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.Shape, loaded[name].Shape);
            Assert.Equal(tensor.Values, loaded[name].Values);
        }
        Assert.Equal(SmallModel.Spec.Text!.Vocabulary.Tokens, spec.Text!.Vocabulary.Tokens);
        Assert.Equal((TokenUnit.Characters, true, 20, 1), (spec.Text.Unit, spec.Text.LowerCase, spec.Text.MaxLength, spec.Text.MinCount));
        Assert.Equal(["no", "yes \u00e9"], spec.Labels!);
        Assert.Equal(double.NaN, spec.Metrics["loss"]);
        Assert.Equal(3, spec.Training!.Config!.Value.GetProperty("epochs").GetInt32());
        Assert.Equal((7, 2, 256), (spec.Training.Seed, spec.Training.Threads, spec.Training.SimdBits));
        Assert.Equal(PoolingKind.Max, Assert.IsType<PoolingSpec>(spec.Modules[2]).How);
        Assert.Equal(["embedding.weight", "encoder.0.forward.weight", "head.weight"], spec.Encodings.Keys.Order());
        Assert.Equal((RecurrentSpec)SmallModel.Spec.Modules[1] with { Inputs = [] }, Assert.IsType<RecurrentSpec>(spec.Modules[1]) with { Inputs = [] });
        Assert.Equal((1, ModelSpec.TernVersion), (spec.Format, spec.Needs));
    }

    [Fact]
    public void The_container_is_safetensors()
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        int length = (int)BitConverter.ToInt64(bytes);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, length));
        JsonElement weight = header.RootElement.GetProperty("head.weight");
        Assert.Equal(0, length % 8);
        Assert.Equal("F32", weight.GetProperty("dtype").GetString());
        Assert.Equal([2, 2], weight.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(bytes.Length - 8 - length, header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").Max(p => p.Value.GetProperty("data_offsets")[1].GetInt32()));
        using JsonDocument spec = JsonDocument.Parse(header.RootElement.GetProperty("__metadata__").GetProperty("tern").GetString()!);
        Assert.Equal("embedding", spec.RootElement.GetProperty("modules")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public void Saving_replaces_the_old_file_only_when_the_new_one_is_whole()
    {
        using TemporaryFolder folder = new();
        var tensors = SmallModel.Tensors(SmallModel.Spec);
        ModelFile.Save(folder["m"], SmallModel.Spec, tensors);
        byte[] before = File.ReadAllBytes(folder["m"]);
        tensors["head.bias"] = new([2], [1, float.NaN]);
        Assert.Contains("head.bias", Assert.Throws<TernException>(() => ModelFile.Save(folder["m"], SmallModel.Spec, tensors)).Message);
        Assert.Equal(before, File.ReadAllBytes(folder["m"]));
        Assert.Equal(["m"], folder.Files);
    }

    [Fact]
    public void Tensors_that_do_not_fit_the_spec_cannot_be_saved()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("lacks tensor 'head.bias' [2]", SaveError(t => t.Remove("head.bias")));
        Assert.Contains("'head.weight' [4]; its description says [2, 2]", SaveError(t => t["head.weight"] = new([4], new float[4])));
        Assert.Contains("'other', which no module", SaveError(t => t["other"] = new([1], [0])));
        Assert.Contains("5 values", SaveError(t => t["head.weight"] = new([2, 2], new float[5])));
        Assert.Empty(folder.Files);

        string SaveError(Action<Dictionary<string, TensorData>> damage)
        {
            var tensors = SmallModel.Tensors(SmallModel.Spec);
            damage(tensors);
            return Assert.Throws<TernException>(() => ModelFile.Save(folder["m"], SmallModel.Spec, tensors)).Message;
        }
    }

    [Fact]
    public void Paths_that_cannot_be_used_are_clear_errors()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("cannot be read", Assert.Throws<TernException>(() => ModelFile.Load(folder["absent"])).Message);
        Assert.Contains("cannot be read", Assert.Throws<TernException>(() => ModelFile.Load(folder["."])).Message);
        Assert.Contains("cannot be written", Assert.Throws<TernException>(() => ModelFile.Save(folder["no/such/folder"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec))).Message);
    }
}
