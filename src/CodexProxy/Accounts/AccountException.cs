namespace CodexProxy.Accounts;

/// <summary>Something about accounts cannot be done. Its message is for people, and ends with what to do.</summary>
/// <param name="message">One or two sentences without secrets.</param>
public class AccountException(string message) : Exception(message);

/// <summary>Nobody is signed in.</summary>
public sealed class NotSignedInException(string message) : AccountException(message);
