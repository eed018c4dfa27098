using CodexProxy.Options;

namespace CodexProxy.Usage;

/// <summary>How the store is doing.</summary>
/// <param name="Kind">Where records are kept, as the settings say.</param>
/// <param name="Problem">One sentence on why nothing can be kept now; null when all is well.</param>
/// <param name="Dropped">Records that were lost since the start of the program.</param>
internal sealed record UsageState(UsageStoreKind Kind, string? Problem, long Dropped);
