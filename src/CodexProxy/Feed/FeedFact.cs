using CodexProxy.Records;

namespace CodexProxy.Feed;

/// <summary>Something that has just happened here and that a page wants to know.</summary>
internal abstract record FeedFact;

/// <summary>A request has arrived.</summary>
internal sealed record RequestStarted(InFlight Request) : FeedFact;

/// <summary>A request has brought its first output, or goes on; told at most once a second.</summary>
internal sealed record RequestProgressed(InFlight Request) : FeedFact;

/// <summary>A request has ended.</summary>
internal sealed record RequestEnded(RequestRecord Record) : FeedFact;

/// <summary>Quota of an account was told.</summary>
/// <param name="Account">Its key.</param>
internal sealed record QuotaTold(string Account) : FeedFact;

/// <summary>An account was added, removed, chosen, or its login renewed.</summary>
internal sealed record AccountsChanged : FeedFact;

/// <summary>The settings were read again.</summary>
internal sealed record SettingsChanged : FeedFact;

/// <summary>A fact with its number. Numbers increase, also over restarts.</summary>
internal readonly record struct FeedEvent(long Id, FeedFact Fact);
