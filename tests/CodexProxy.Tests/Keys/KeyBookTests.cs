using System.Runtime.ExceptionServices;
using CodexProxy.Keys;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Tests.Keys;

public sealed class KeyBookTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly OptionsSource _options;
    private readonly KeyBook _book;

    public KeyBookTests()
    {
        _options = new OptionsSource(new ProxyOptions { Home = _folder.Path });
        _book = new KeyBook(_options, TimeProvider.System, NullLogger<KeyBook>.Instance);
    }

    public void Dispose()
    {
        _options.Dispose();
        _folder.Dispose();
    }

    // Most installations have no list, and each request asks for it.
    [Fact]
    public void A_list_that_was_never_made_is_found_missing_without_an_exception()
    {
        var here = Environment.CurrentManagedThreadId;
        var thrown = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e) =>
            thrown += Environment.CurrentManagedThreadId == here ? 1 : 0;

        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            _book.Exists.ShouldBeFalse();
            _book.Find(new Secret("whatever")).ShouldBeNull();
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        thrown.ShouldBe(0);
    }

    [Fact]
    public void What_stands_in_its_place_and_is_no_file_counts_as_a_list()
    {
        Directory.CreateDirectory(_folder["keys.json"]);

        _book.Exists.ShouldBeTrue();
        _book.Find(new Secret("whatever")).ShouldBeNull();
    }

    [Fact]
    public void A_link_that_leads_nowhere_counts_as_a_list()
    {
        File.CreateSymbolicLink(_folder["keys.json"], _folder["gone"]);

        _book.Exists.ShouldBeTrue();
    }
}
