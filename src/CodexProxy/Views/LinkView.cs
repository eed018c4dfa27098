namespace CodexProxy.Views;

/// <summary>A link that opens the dashboard once.</summary>
/// <param name="Url">Its address.</param>
/// <param name="ExpiresAt">From then on it opens nothing.</param>
internal sealed record LinkView(string Url, DateTimeOffset ExpiresAt);
