using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Tokens;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.Tokens;

public sealed class TokenCounterTests
{
    private readonly TokenCounter _counter = new();

    [Fact]
    public void Counts_equal_those_of_an_independent_implementation()
    {
        using var vectors = JsonDocument.Parse(ResponseFixtures.ReadBytes("tokens", "o200k-vectors.json"));
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var text = vector.GetProperty("text").GetString()!;
            _counter.Count(text).ShouldBe(vector.GetProperty("tokens").GetInt32(), text);
        }
    }

    [Fact]
    public void A_text_has_at_most_as_many_tokens_as_bytes_and_any_text_can_be_counted() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string?>(),
                text => text is null || _counter.Count(text) <= Encoding.UTF8.GetByteCount(text)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Text_that_comes_again_is_not_counted_again()
    {
        var text = string.Concat(Enumerable.Repeat("A sentence of the history. ", 200));
        var first = _counter.CountCached(text);

        _counter.CountCached(new string(text)).ShouldBe(first);
        _counter.Misses.ShouldBe(1);
    }

    [Fact]
    public void A_long_run_of_one_letter_is_counted()
    {
        // Quadratic merging would take minutes here, not moments.
        _counter.Count(new string('x', 400_000)).ShouldBeInRange(1, 400_000);
    }
}
