using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CodexProxy.Tests.BadInput;

/// <summary>One address and what is known of bad requests to it.</summary>
/// <param name="Name">Its address.</param>
/// <param name="Path">How its protocol writes the path of a field.</param>
/// <param name="Good">Requests that are served.</param>
/// <param name="Others">Bad requests beside those that are made out of the good ones.</param>
/// <param name="Tolerated">What is served although it is odd.</param>
/// <param name="OtherWords">What names a field by other words than its path.</param>
internal sealed record ProtocolFace(
    string Name,
    Func<JsonPlace, string> Path,
    IReadOnlyList<string> Good,
    IReadOnlyList<BadRequest> Others,
    IReadOnlyList<Tolerance> Tolerated,
    IReadOnlyList<(string Field, string Words)> OtherWords
)
{
    public static ProtocolFace Messages { get; } =
        new(
            "/v1/messages",
            place => place.Dotted(),
            [GoodRequests.Messages],
            MessagesTable.Contradictions,
            MessagesTable.Tolerated,
            MessagesTable.OtherWords
        );

    public static ProtocolFace CountTokens { get; } =
        Messages with
        {
            Name = "/v1/messages/count_tokens",
            // Its body is read by the same reader.
            Every = 3,
            Tolerated = [.. MessagesTable.Tolerated, .. MessagesTable.ToleratedInCounts],
        };

    public static ProtocolFace Chat { get; } =
        new(
            "/v1/chat/completions",
            place => place.Bracketed(),
            [GoodRequests.Chat, GoodRequests.OldChat],
            ChatTable.Contradictions,
            ChatTable.Tolerated,
            ChatTable.OtherWords
        )
        {
            // Every member of it is a bias, which is not supported.
            RefusedMembers = ["logit_bias"],
        };

    public static ProtocolFace Responses { get; } =
        new(
            "/v1/responses",
            place => place.Bracketed(),
            [GoodRequests.Responses],
            ResponsesTable.Contradictions,
            ResponsesTable.Tolerated,
            ResponsesTable.OtherWords
        )
        {
            // They are passed on as they are, and the simulator refuses what it does not know; metadata must be texts.
            RefusedMembers = [@"input\[0\]\.content\[[12]\]", "client_metadata"],
        };

    /// <summary>Whether errors have the form of Anthropic's API.</summary>
    public bool IsAnthropic => Name.StartsWith("/v1/messages", StringComparison.Ordinal);

    public IEnumerable<BadRequest> BadRequests() =>
        Good.SelectMany(json => Mutations.Of(json, Path))
            .Concat(BodyFaults.Of(Good[0]))
            .Concat(Others)
            // What came out as it was, and what came out twice, would only be counted.
            .Where(request => request.Headers != Plain || !Good.Contains(Encoding.UTF8.GetString(request.Body)))
            .Where((_, index) => index % Every == 0)
            .DistinctBy(request => (request.Headers, Convert.ToHexString(SHA256.HashData(request.Body))));

    /// <summary>Takes only every so manieth of the requests. Default 1.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Whether a request must be served: an unknown member is no reason to refuse, but where one is said.</summary>
    public bool MustServe(BadRequest request) =>
        request.Kind == Mutations.UnknownMember
        && !RefusedMembers.Any(field => Tolerance.Matches(field, request.Field));

    /// <summary>Objects whose members all mean something, or which the backend judges member by member.</summary>
    public IReadOnlyList<string> RefusedMembers { get; init; } = [];

    private static (string?, string?) Plain { get; } = ("application/json", null);

    /// <summary>Why a request is served although it is odd; null when it must be refused.</summary>
    public string? Excuse(BadRequest request) => Tolerated.FirstOrDefault(rule => rule.Covers(request))?.Reason;

    /// <summary>Whether a message names the field of a request by other words than its path.</summary>
    public bool SaysOtherwise(BadRequest request, string message) =>
        OtherWords.Any(words =>
            Tolerance.Matches(words.Field, request.Field) && message.Contains(words.Words, StringComparison.Ordinal)
        );

    /// <summary>A request whose parts do not fit together.</summary>
    public static BadRequest Contradiction(string field, string json) =>
        new("contradiction", field, Encoding.UTF8.GetBytes(json));

    /// <summary>A request that is large in one place, so that whatever is slower than linear takes too long.</summary>
    public static BadRequest Large(string json) => new("large", "", Encoding.UTF8.GetBytes(json));

    /// <summary>So many texts, with their number in the place of a sharp sign.</summary>
    public static string Many(string text, int count = 20_000) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => text.Replace("#", $"{i}", StringComparison.Ordinal)));
}

/// <summary>What is served although it is odd.</summary>
/// <param name="Kinds">What is wrong; empty for whatever it is.</param>
/// <param name="Field">A regular expression for the whole path of the field.</param>
/// <param name="Reason">Why.</param>
internal sealed record Tolerance(IReadOnlyList<string> Kinds, string Field, string Reason)
{
    public bool Covers(BadRequest request) =>
        (Kinds.Count == 0 || Kinds.Contains(request.Kind)) && Matches(Field, request.Field);

    public static bool Matches(string pattern, string field) => Regex.IsMatch(field, $"^(?:{pattern})$");

    /// <summary>What a member may be that need not be there.</summary>
    public static IReadOnlyList<string> Optional { get; } = [Mutations.Missing, Mutations.Null];

    /// <summary>What any text may be.</summary>
    public static IReadOnlyList<string> AnyText { get; } =
    [Mutations.LongText, Mutations.Control, Mutations.HalfPair, Mutations.Empty];

    /// <summary>What holds for every protocol.</summary>
    public static IReadOnlyList<Tolerance> Common { get; } =
    [
        new([Mutations.UnknownMember], ".*", "An unknown member is no reason to refuse."),
        new([BodyFaults.ContentType], "", "The body is read as JSON, whatever it is called."),
        new(["large"], "", "Large is not wrong; it only has to be quick."),
    ];
}
