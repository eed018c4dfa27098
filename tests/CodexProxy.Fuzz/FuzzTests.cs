using CodexProxy.Fuzz.Inputs;

namespace CodexProxy.Fuzz;

/// <summary>A short run of every target, and every input that ever broke something.</summary>
public sealed class FuzzTests
{
    private const int InputsOfEach = 12_000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    public static TheoryData<string> Found =>
        [
            .. Directory
                .GetFiles(FoundFolder, "*.bin", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(FoundFolder, file))
                .Order(StringComparer.Ordinal),
        ];

    private static string FoundFolder => Path.Combine(Fixtures.Folder, "fuzz");

    [Theory]
    [MemberData(nameof(Targets))]
    public void Nothing_breaks_a_reader(string name)
    {
        var target = FuzzTargets.Named(name);
        var accepted = 0;
        for (var i = 0; i < InputsOfEach; i++)
        {
            Failure.Of(target, target.Make(7, i), out var read)?.Details.ShouldBeNull($"input {i} of seed 7");
            accepted += read ? 1 : 0;
        }

        // Inputs that are all refused, or all accepted, would prove little.
        accepted.ShouldBeInRange(InputsOfEach / 100, InputsOfEach * 99 / 100);
    }

    [Theory]
    [MemberData(nameof(Found))]
    public void What_once_broke_a_reader_does_not_any_more(string file)
    {
        var target = FuzzTargets.Named(Path.GetDirectoryName(file)!);

        Failure.Of(target, File.ReadAllBytes(Path.Combine(FoundFolder, file)), out _)?.Details.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_same_seed_gives_the_same_inputs(string name)
    {
        var target = FuzzTargets.Named(name);

        for (var i = 0; i < 20; i++)
        {
            target.Make(3, i).ShouldBe(target.Make(3, i));
        }

        Enumerable
            .Range(0, 20)
            .Count(i => target.Make(3, i).AsSpan().SequenceEqual(target.Make(4, i)))
            .ShouldBeLessThan(20);
    }
}
