namespace CodexProxy.Credentials;

/// <summary>What the login's file holds.</summary>
internal abstract record StoredLogin
{
    /// <summary>A ChatGPT login.</summary>
    public sealed record Tokens(TokenSet Set) : StoredLogin;

    /// <summary>No usable login.</summary>
    public sealed record None(LoginProblem Problem) : StoredLogin;
}

/// <summary>Why a file holds no usable login.</summary>
internal enum LoginProblem
{
    /// <summary>There is no file.</summary>
    NoFile,

    /// <summary>The file may not be read.</summary>
    Denied,

    /// <summary>The file is not JSON of the known form.</summary>
    Corrupt,

    /// <summary>It holds an API key or another kind of login, not one of a ChatGPT plan.</summary>
    OtherMode,

    /// <summary>Tokens, or the account they belong to, are missing.</summary>
    NoTokens,

    /// <summary>A later version of this program has written it.</summary>
    NewerVersion,
}
