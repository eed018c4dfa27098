using CodexProxy.Records;

namespace CodexProxy.Tests.Support;

/// <summary>A client has its answer before the record of it is kept.</summary>
internal static class AwaitedRecord
{
    /// <summary>The only record, once it is there.</summary>
    public static RequestRecord OnlyRecord(this RequestBook book)
    {
        SpinWait.SpinUntil(() => book.Records.Count > 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        return book.Records.Single();
    }
}
