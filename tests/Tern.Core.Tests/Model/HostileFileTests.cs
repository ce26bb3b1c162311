using System.Text;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>Whatever the bytes are: a model, or one TernException of one line. Never another exception, never much memory.</summary>
public sealed class HostileFileTests
{
    const string Name = "hostile.safetensors";

    [Fact]
    public void A_file_truncated_at_any_byte_is_one_clear_error()
    {
        byte[] bytes = Saved();
        for (int length = 0; length < bytes.Length; length++)
        {
            string message = Error(bytes[..length]);
            Assert.Contains(Name, message);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Random_changes_load_or_give_one_clear_error()
    {
        byte[] bytes = Saved();
        Random random = new(5);
        int errors = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] changed = [.. bytes];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                int at = random.Next(8 + HeaderLength(bytes));
                changed[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"0123456789{}[]\",:\\-e.x"[random.Next(22)];
            }
            if (TryLoad(changed) is { } error)
            {
                errors++;
                Assert.True(error.Length > Name.Length && !error.Any(char.IsControl), error);
            }
        }
        Assert.InRange(errors, 1000, 3000);
    }

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("short", "5 bytes")]
    [InlineData("\u007fELF\u0001\u0001\u0001\0\0\0\0\0", "claims a header")]
    [InlineData("PK\u0003\u0004 some zip file that is no model", "claims a header")]
    public void Files_of_other_kinds_are_clear_errors(string content, string expected)
    {
        Assert.Contains(expected, Error(Encoding.Latin1.GetBytes(content)));
    }

    [Theory]
    [InlineData(1_000_000_000_000_000_000ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 63)]
    [InlineData(100_000_001ul)]
    public void A_header_length_beyond_the_file_allocates_nothing(ulong length)
    {
        byte[] bytes = Saved();
        BitConverter.TryWriteBytes(bytes, length);
        Error(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string error = Error(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        Assert.Contains($"claims a header of {length} bytes", error);
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "no 'tern' entry")]
    [InlineData("""[1]""", "StartObject")]
    [InlineData("""nonsense""", "not valid JSON")]
    [InlineData("""{} x""", "not valid JSON")]
    [InlineData("""{"t":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", "type F16")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "-1")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "1.5")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1e30],"data_offsets":[0,4]}}""", "1e30")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}""", "at most")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]}}""", "at most")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", "more than 8")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "expected 8 bytes")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "expected 4 bytes")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "-4")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "more than 2")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "lacks")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1]}}""", "lacks")]
    [InlineData("""{"t":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "repeated field 'dtype'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", "'more'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'t' twice")]
    [InlineData("""{"__metadata__":{"tern":"{}","tern":"{}"}}""", "'tern' twice")]
    [InlineData("""{"__metadata__":{"tern":{}}}""", "metadata 'tern'")]
    [InlineData("""{"__metadata__":{"tern":"\ud800"}}""", "not valid JSON")]
    [InlineData("""{"__metadata__":{"tern":"{}"},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "'u' at bytes 2 to 6")]
    [InlineData("""{"__metadata__":{"tern":"{}"},"t":{"dtype":"F32","shape":[100],"data_offsets":[0,400]}}""", "'t' at bytes 0 to 400")]
    [InlineData("""{"__metadata__":{"tern":"{}"},"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'t' at bytes 4 to 8")]
    [InlineData("""{"__metadata__":{"tern":"{}"},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "8 bytes of data")]
    public void A_broken_header_is_a_clear_error(string header, string expected)
    {
        Assert.Contains(expected, Error(WithHeader(header, new byte[8])));
    }

    [Fact]
    public void Deeply_nested_headers_are_clear_errors()
    {
        string deep = new('[', 100_000);
        Assert.Contains("StartObject", Error(WithHeader(deep, [])));
        Assert.Contains("'x'", Error(WithHeader("{\"t\":{\"x\":" + deep, [])));
        Assert.Contains("cannot read", Error(WithSpec("{\"training\":{\"config\":" + deep, [])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":1,\"format\":1}")]
    [InlineData("{\"format\":1e99}")]
    [InlineData("{\"format\":\"1\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":null,\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"magic\"}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[null],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"linear\",\"name\":\"y\",\"inputs\":[null],\"input\":1,\"output\":1}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"linear\",\"name\":\"y\",\"inputs\":[\"y\"],\"input\":1,\"output\":1}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"linear\",\"name\":\"y\",\"inputs\":[\"features\"],\"input\":2147483647,\"output\":2147483647}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"linear\",\"name\":\"y\",\"inputs\":[\"features\"],\"input\":1,\"output\":-1}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"recurrent\",\"name\":\"y\",\"inputs\":[\"features\"],\"input\":1,\"hidden\":1}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"recurrent\",\"name\":\"y\",\"inputs\":[\"features\"],\"input\":1,\"hidden\":1,\"cell\":{\"name\":\"lstn\"}}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[{\"kind\":\"recurrent\",\"name\":\"y\",\"inputs\":[\"features\"],\"input\":1,\"hidden\":16777217,\"cell\":{\"name\":\"sru\"}}],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[],\"output\":\"y\"}")]
    [InlineData("{\"format\":1,\"task\":\"x\",\"modules\":[],\"output\":\"tokens\"}")]
    public void A_broken_description_is_a_clear_error(string spec)
    {
        Assert.Contains(Name, Error(WithSpec(spec, [])));
    }

    [Fact]
    public void Newer_files_say_which_version_they_need()
    {
        Assert.Contains("format 2, which needs Tern 9.8.7", Error(WithSpec("{\"needs\":\"9.8.7\",\"format\":2,\"new\":[]}", [])));
        string unknown = Error(WithSpec("{\"needs\":\"9.8.7\",\"format\":1,\"novelty\":[]}", []));
        Assert.Contains("novelty", unknown);
        Assert.Contains("Use Tern 9.8.7", unknown);
    }

    [Fact]
    public void What_a_file_says_cannot_break_the_line_of_the_error()
    {
        string message = Error(WithHeader("{\"a\\n\\u001b[31mb\":1}", []));
        Assert.DoesNotContain(message, char.IsControl);
    }

    static byte[] Saved()
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        return File.ReadAllBytes(folder["m"]);
    }

    static int HeaderLength(byte[] bytes) => (int)BitConverter.ToInt64(bytes);

    static byte[] WithHeader(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. data];
    }

    [Fact]
    public void A_broken_string_in_the_configuration_is_found_when_the_file_is_read()
    {
        string spec = """{"format":1,"task":"x","modules":[],"output":"y","training":{"config":["\ud800"]}}""";
        Assert.Contains("cannot read", Error(WithSpec(spec, [])));
    }

    [Theory]
    [InlineData("encodings")]
    [InlineData("metrics")]
    [InlineData("needs")]
    [InlineData("lower_case")]
    [InlineData("max_length")]
    [InlineData("layer_norm")]
    [InlineData("bidirectional")]
    public void A_description_that_lacks_a_field_is_an_error_not_a_default(string field)
    {
        byte[] bytes = Saved();
        int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(field));
        bytes[at] = (byte)'_';
        string error = Error(bytes);
        Assert.Contains("cannot read", error);
        Assert.Contains(field[1..], error);
    }

    static byte[] WithSpec(string spec, byte[] data) =>
        WithHeader($"{{\"__metadata__\":{{\"tern\":\"{System.Text.Json.JsonEncodedText.Encode(spec)}\"}}}}", data);

    static string? TryLoad(byte[] bytes)
    {
        try
        {
            ModelFile.Load(new MemoryStream(bytes), Name);
            return null;
        }
        catch (TernException e)
        {
            return e.Message;
        }
    }

    static string Error(byte[] bytes) => TryLoad(bytes) ?? throw new InvalidOperationException("The file was loaded.");
}
