namespace CodexProxy.Tests.BadInput;

/// <summary>One address and what is known of bad requests to it.</summary>
/// <param name="Name">Its address.</param>
/// <param name="Path">How its protocol writes the path of a field.</param>
/// <param name="Good">Requests that are served.</param>
/// <param name="Contradictions">Requests whose parts do not fit together.</param>
/// <param name="Tolerated">What is served although it is odd.</param>
internal sealed record ProtocolFace(
    string Name,
    Func<JsonPlace, string> Path,
    IReadOnlyList<string> Good,
    IReadOnlyList<BadRequest> Contradictions,
    IReadOnlyList<Tolerance> Tolerated
)
{
    public static ProtocolFace Messages { get; } =
        new(
            "/v1/messages",
            place => place.Dotted(),
            [GoodRequests.Messages],
            MessagesTable.Contradictions,
            MessagesTable.Tolerated
        );

    public static ProtocolFace CountTokens { get; } = Messages with { Name = "/v1/messages/count_tokens" };

    public static ProtocolFace Chat { get; } =
        new(
            "/v1/chat/completions",
            place => place.Bracketed(),
            [GoodRequests.Chat, GoodRequests.OldChat],
            ChatTable.Contradictions,
            ChatTable.Tolerated
        );

    public static ProtocolFace Responses { get; } =
        new(
            "/v1/responses",
            place => place.Bracketed(),
            [GoodRequests.Responses],
            ResponsesTable.Contradictions,
            ResponsesTable.Tolerated
        );

    /// <summary>Whether errors have the form of Anthropic's API.</summary>
    public bool IsAnthropic => Name.StartsWith("/v1/messages", StringComparison.Ordinal);

    public IEnumerable<BadRequest> BadRequests() =>
        Good.SelectMany(json => Mutations.Of(json, Path)).Concat(BodyFaults.Of(Good[0])).Concat(Contradictions);

    /// <summary>Why a request is served although it is odd; null when it must be refused.</summary>
    public string? Excuse(BadRequest request) => Tolerated.FirstOrDefault(rule => rule.Covers(request))?.Reason;
}

/// <summary>What is served although it is odd.</summary>
/// <param name="Kinds">What is wrong; empty for whatever it is.</param>
/// <param name="Field">A regular expression for the whole path of the field.</param>
/// <param name="Reason">Why.</param>
internal sealed record Tolerance(IReadOnlyList<string> Kinds, string Field, string Reason)
{
    public bool Covers(BadRequest request) =>
        (Kinds.Count == 0 || Kinds.Contains(request.Kind))
        && System.Text.RegularExpressions.Regex.IsMatch(request.Field, $"^(?:{Field})$");
}
