namespace CodexProxy.Accounts;

/// <summary>Something about accounts cannot be done. Its message is for people, and ends with what to do.</summary>
/// <param name="message">One or two sentences without secrets.</param>
public sealed class AccountException(string message) : Exception(message)
{
    /// <summary>Whether it cannot be done because nobody is signed in. Default not.</summary>
    public bool IsNotSignedIn { get; init; }
}
