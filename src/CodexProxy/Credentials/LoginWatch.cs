namespace CodexProxy.Credentials;

/// <summary>Is told of what happens to logins.</summary>
/// <param name="Seen">A login was read, or renewed. Must be quick.</param>
/// <param name="Renewed">A renewal ended: <c>renewed</c>, <c>refused</c> or <c>unavailable</c>.</param>
internal sealed record LoginWatch(Action<Credential> Seen, Action<string> Renewed);
