using System.Net.Http.Headers;

namespace CodexProxy.Tests.BadInput;

/// <summary>A request that something is wrong with.</summary>
/// <param name="Kind">What is wrong, such as <c>missing</c>.</param>
/// <param name="Field">The field it is wrong with, in the face's way to write paths; <c>""</c> for the body as a whole.</param>
/// <param name="Body">The bytes.</param>
public sealed record BadRequest(string Kind, string Field, byte[] Body)
{
    /// <summary>Null sends none.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>Null sends none.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>What is said of the body.</summary>
    public (string?, string?) Headers => (ContentType, ContentEncoding);

    public override string ToString() => Field.Length == 0 ? Kind : $"{Kind}: {Field}";

    public HttpRequestMessage ToMessage(string address)
    {
        var content = new ByteArrayContent(Body);
        if (ContentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        if (ContentEncoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", ContentEncoding);
        }

        return new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "any") },
        };
    }
}
