using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tern.Core.Tests.Model;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Samples;

/// <summary>samples/Serve as a process of its own, on a port of the system's choice.</summary>
public sealed partial class ServeTests
{
    static readonly string Program = Path.Combine(Repository.Root, "artifacts", "bin", "Serve", "release", "serve.dll");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_are_answered_as_the_classifier_answers_them()
    {
        using TemporaryFolder folder = new();
        using Server server = await Server.Start(folder);
        string[] texts = ["a\"a", "\u00e9\u00e9", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
        Prediction[] expected = TextClassifier.Load(folder["m"]).Predict(texts);

        (HttpStatusCode code, JsonElement one) = await server.Post(JsonSerializer.Serialize(new { text = texts[0] }));
        Assert.Equal(HttpStatusCode.OK, code);
        Check(expected[0], one);

        (code, JsonElement several) = await server.Post(JsonSerializer.Serialize(new { texts }));
        Assert.Equal((HttpStatusCode.OK, texts.Length), (code, several.GetArrayLength()));
        for (int i = 0; i < texts.Length; i++) Check(expected[i], several[i]);

        (_, JsonElement none) = await server.Post("""{"texts":[]}""");
        Assert.Equal(0, none.GetArrayLength());

        // many at a time: the classifier is shared
        (HttpStatusCode Code, JsonElement Answer)[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => server.Post(JsonSerializer.Serialize(new { text = texts[i % texts.Length] }))));
        for (int i = 0; i < answers.Length; i++) Check(expected[i % texts.Length], answers[i].Answer);

        static void Check(Prediction expected, JsonElement answer)
        {
            Assert.Equal(expected.Label, answer.GetProperty("label").GetString());
            Assert.Equal(expected.Probability, answer.GetProperty("probability").GetSingle(), 1e-5f);
            Dictionary<string, float> probabilities = answer.GetProperty("probabilities").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetSingle());
            Assert.Equal(expected.Labels.Order(), probabilities.Keys.Order());
            for (int label = 0; label < expected.Labels.Count; label++) Assert.Equal(expected.Probabilities[label], probabilities[expected.Labels[label]], 1e-5f);
        }
    }

    [Fact]
    public async Task Health_and_model_are_told()
    {
        using TemporaryFolder folder = new();
        using Server server = await Server.Start(folder);
        Assert.Equal("ok", (await server.Get("/health")).Body.GetProperty("status").GetString());
        JsonElement model = (await server.Get("/model")).Body;
        Assert.Equal(["no", "yes \u00e9"], model.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal(0.5, model.GetProperty("metrics").GetProperty("test_accuracy").GetDouble());
        Assert.Equal("NaN", model.GetProperty("metrics").GetProperty("loss").GetString());
        Assert.Equal(Network.Load(folder["m"]).Parameters, model.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public async Task Bad_input_is_a_problem_of_status_400_and_the_server_goes_on()
    {
        using TemporaryFolder folder = new();
        using Server server = await Server.Start(folder);
        string[] bodies = ["", "null", "[]", "{}", "{", "text", """{"text":1}""", """{"text":null}""", """{"texts":[null]}""", """{"texts":"a"}""", """{"tex":"a"}""", """{"text":"a","texts":[]}""", """{"text":"a","text":"b"}""", """{"text":"\ud800"}""",
            JsonSerializer.Serialize(new { texts = Enumerable.Repeat("a", 1001) }), new('[', 100_000)];
        foreach (string body in bodies)
        {
            (HttpStatusCode code, JsonElement problem) = await server.Post(body);
            Assert.True(code == HttpStatusCode.BadRequest, $"{code} for {body}");
            Assert.Equal(400, problem.GetProperty("status").GetInt32());
            Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        }
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await server.Post($$"""{"text":"{{new string('a', 2_000_000)}}"}""")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Get("/nothing")).Code);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Get("/classify")).Code);
        Assert.Equal(HttpStatusCode.OK, (await server.Post("""{"text":"a"}""")).Code);
    }

    [Theory]
    [InlineData("serve needs a model. Usage: serve MODEL")]
    [InlineData("Model file 'cut' claims a header", "cut")]
    [InlineData("Model file 'none' cannot be read", "none")]
    [InlineData("Model file 'none' cannot be read", "--Model=none")]
    public async Task Without_a_sound_model_it_ends_with_one_line(string expected, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        File.WriteAllBytes(folder["cut"], File.ReadAllBytes(folder["m"])[..100]);
        using Process process = Launch(folder["."], arguments);
        string output = await process.StandardOutput.ReadToEndAsync(Cancel), error = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal((2, ""), (process.ExitCode, output));
        Assert.StartsWith(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    static Process Launch(string folder, params string[] arguments)
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return Process.Start(new ProcessStartInfo(dotnet, [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
    }

    sealed partial class Server(Process process, HttpClient client) : IDisposable
    {
        public static async Task<Server> Start(TemporaryFolder folder)
        {
            ModelFile.Save(folder["m"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
            Process process = Launch(folder["."], folder["m"], "--urls", "http://127.0.0.1:0");
            var lines = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
            {
                lines.AppendLine(line);
                if (Address().Match(line) is { Success: true } address)
                {
                    _ = process.StandardOutput.ReadToEndAsync(Cancel);     // a full pipe would stop the server
                    return new(process, new HttpClient { BaseAddress = new Uri(address.Value) });
                }
            }
            throw new InvalidOperationException($"The server did not start: {lines}{await process.StandardError.ReadToEndAsync(Cancel)}");
        }

        public async Task<(HttpStatusCode Code, JsonElement Body)> Post(string body)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/classify") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            // the server refuses a body that is too large before it has all of it: sent unasked, it would break the pipe
            request.Headers.ExpectContinue = body.Length > 1_000_000;
            return await Read(await client.SendAsync(request, Cancel));
        }

        public async Task<(HttpStatusCode Code, JsonElement Body)> Get(string path) => await Read(await client.GetAsync(path, Cancel));

        static async Task<(HttpStatusCode, JsonElement)> Read(HttpResponseMessage response)
        {
            using (response)
            {
                string expected = response.IsSuccessStatusCode ? "application/json" : "application/problem+json";
                Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
                return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement);
            }
        }

        public void Dispose()
        {
            client.Dispose();
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
        private static partial Regex Address();
    }
}
