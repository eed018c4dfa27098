using System.Globalization;

namespace CodexProxy.Records;

/// <summary>Tells which members of a body are others than in the request before. What only grew at its end has not changed.</summary>
internal static class PrintChanges
{
    // Beyond a few the list says nothing more than its first entries do.
    private const int MaxTools = 4;

    /// <summary>The changed members, in the order in which the upstream reads them; empty when the body only grew.</summary>
    public static IReadOnlyList<string> Between(RequestPrint before, RequestPrint after)
    {
        var changes = new List<string>();
        Compare("model", before.Model == after.Model, changes);
        Compare("account", before.Account == after.Account, changes);
        Compare("form", before.Forms == after.Forms, changes);
        Compare("instructions", before.Instructions == after.Instructions, changes);
        CompareTools(before.Tools ?? [], after.Tools ?? [], changes);
        CompareItems(before, after, changes);
        Compare("effort", before.Effort == after.Effort, changes);
        Compare("reasoning summary", before.Summary == after.Summary, changes);
        Compare("tool choice", before.ToolChoiceHash == after.ToolChoiceHash, changes);
        Compare("parallel tool calls", before.Parallel == after.Parallel, changes);
        Compare("text settings", before.Text == after.Text, changes);
        Compare("include", before.Include == after.Include, changes);
        Compare("service tier", before.Tier == after.Tier, changes);
        return changes;
    }

    private static void Compare(string name, bool same, List<string> changes)
    {
        if (!same)
        {
            changes.Add(name);
        }
    }

    private static void CompareTools(ItemPrint[] before, ItemPrint[] after, List<string> changes)
    {
        var found = 0;
        for (var i = 0; i < Math.Max(before.Length, after.Length); i++)
        {
            var change =
                i >= before.Length ? "added"
                : i >= after.Length ? "removed"
                : before[i].Hash != after[i].Hash ? "changed"
                : null;
            if (change is not null && found++ < MaxTools)
            {
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"tool {i + 1} {change}"));
            }
        }

        if (found > MaxTools)
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"{found - MaxTools} more tools"));
        }
    }

    // The first item that differs is the one that matters: nothing behind it can be read from a cache.
    private static void CompareItems(RequestPrint before, RequestPrint after, List<string> changes)
    {
        var common = Math.Min(before.Items.Length, after.Items.Length);
        for (var i = 0; i < common; i++)
        {
            if (before.Items[i].Hash != after.Items[i].Hash)
            {
                changes.Add(
                    string.Create(CultureInfo.InvariantCulture, $"item {i + 1} changed ({after.Items[i].Kind})")
                );
                return;
            }
        }

        if (after.ItemCount < before.ItemCount)
        {
            changes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"items {after.ItemCount + 1} to {before.ItemCount} removed"
                )
            );
        }
    }
}
