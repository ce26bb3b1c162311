using System.Text.Json;
using Tern.Model;

namespace Tern.Samples;

/// <summary>POST /classify. The classifier is one for all requests: it may be used from many threads.</summary>
static class Classification
{
    /// <summary>Bytes of a request.</summary>
    public const int LargestBody = 1 << 20;

    const int MostTexts = 1000;

    public static async Task<IResult> Answer(TextClassifier classifier, HttpRequest request)
    {
        Question? question;
        try
        {
            question = await JsonSerializer.DeserializeAsync(request.Body, Messages.Default.Question, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            return Refuse(e.Message, e.StatusCode);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse($"The body is not as expected: {e.Message}");
        }
        try
        {
            return question switch
            {
                { Text: { } text, Texts: null } => Results.Ok(TextAnswer.Of(classifier.Predict(text))),
                { Text: null, Texts: { } texts } when texts.Count > MostTexts => Refuse($"There are {texts.Count} texts; send at most {MostTexts} at a time."),
                { Text: null, Texts: { } texts } when texts.Contains(null!) => Refuse("One of the texts is null; expected strings."),
                { Text: null, Texts: { } texts } => Results.Ok(classifier.Predict(texts).Select(TextAnswer.Of).ToArray()),
                _ => Refuse("""Expected {"text": "..."} or {"texts": ["...", "..."]}."""),
            };
        }
        catch (TernException e)
        {
            return Refuse(e.Message, StatusCodes.Status500InternalServerError);
        }
    }

    static IResult Refuse(string what, int status = StatusCodes.Status400BadRequest) => Results.Problem(what, statusCode: status);
}
