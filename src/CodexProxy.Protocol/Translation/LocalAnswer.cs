using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>Requests that are answered here, without the upstream.</summary>
public enum LocalAnswer
{
    /// <summary>An ordinary request.</summary>
    None,

    /// <summary><c>max_tokens: 0</c>: only warms a cache this backend keeps by itself.</summary>
    WarmUp,

    /// <summary>The client asks for headers only: one token, the single word <c>quota</c>.</summary>
    QuotaProbe,
}

/// <summary>Recognises requests that are answered here.</summary>
public static class LocalAnswers
{
    /// <summary>What kind of request this is.</summary>
    public static LocalAnswer Detect(MessagesRequest request) =>
        request.MaxTokens switch
        {
            0 => LocalAnswer.WarmUp,
            1
                when request
                    is { System.Count: 0, Tools.Count: 0, Messages: [{ Role: "user", Content: [TextBlock text] }] }
                    && text.Text.Trim() == "quota" => LocalAnswer.QuotaProbe,
            _ => LocalAnswer.None,
        };
}
