namespace CodexProxy.Keys;

/// <summary>What a key has used of its day, as it outlasts a restart.</summary>
/// <param name="Digest">The key's, as <see cref="NamedKey.Digest"/>.</param>
/// <param name="Began">When its 24 hours began.</param>
/// <param name="Requests">Requests since then.</param>
/// <param name="Tokens">Tokens since then.</param>
internal sealed record KeyDay(string Digest, DateTimeOffset Began, long Requests, long Tokens);

/// <summary>What a key has used of the windows that run.</summary>
/// <param name="RequestsOfMinute">Requests of the minute.</param>
/// <param name="RequestsOfDay">Requests of the 24 hours.</param>
/// <param name="TokensOfMinute">Tokens of the minute.</param>
/// <param name="TokensOfDay">Tokens of the 24 hours.</param>
internal sealed record KeyUse(long RequestsOfMinute, long RequestsOfDay, long TokensOfMinute, long TokensOfDay);
