namespace CodexProxy.SignIn;

/// <summary>A sign-in could not begin, or its tokens could not be kept.</summary>
/// <param name="message">Why, and what can be done, in sentences for people. Holds nothing secret.</param>
internal sealed class SignInFailedException(string message) : Exception(message);
