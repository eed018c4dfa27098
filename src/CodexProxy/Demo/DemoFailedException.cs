namespace CodexProxy.Demo;

/// <summary>The demo did not show what it promised.</summary>
/// <param name="message">What went wrong, in one line.</param>
internal sealed class DemoFailedException(string message) : Exception(message);
