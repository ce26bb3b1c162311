using System.Text.Json;
using System.Text.Json.Serialization;
using Tern;
using Tern.Model;
using Tern.Samples;

// Classifies texts over HTTP: POST /classify with {"text": "..."} or {"texts": [...]}, GET /model, GET /health.
//   dotnet run -c Release --project samples/Serve -- runs/quickstart/sru/best.safetensors --urls http://127.0.0.1:8080
//   curl http://127.0.0.1:8080/classify --json '{"text": "opens a socket to the remote host."}'
// The model may also be named by the setting "Model" (appsettings.json, or the environment).
string[] settings = args is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? [$"--Model={first}", .. args[1..]] : args;
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(settings);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = Classification.LargestBody);
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(json =>
{
    json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
    json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;      // a metric may be NaN
    json.SerializerOptions.TypeInfoResolverChain.Insert(0, Messages.Default);
});

TextClassifier classifier;
try
{
    if (builder.Configuration["Model"] is not { Length: > 0 } path) throw new TernException("serve needs a model. Usage: serve MODEL [--urls http://127.0.0.1:8080]");
    classifier = TextClassifier.Load(path);
}
catch (TernException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

WebApplication app = builder.Build();
app.UseStatusCodePages();
app.MapGet("/health", () => new Health("ok"));
app.MapGet("/model", () => ModelAnswer.Of(classifier.Network));
app.MapPost("/classify", (HttpRequest request) => Classification.Answer(classifier, request));
try
{
    app.Run();
    return 0;
}
catch (Exception e) when (e is IOException or FormatException)     // the address is taken, or none
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
