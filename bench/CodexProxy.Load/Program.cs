using CodexProxy.Load;

return args switch
{
    ["upstream", .. var rest] => await RoleAsync(Upstream.RunAsync(UpstreamShape.Parse(rest))),
    ["forward", var upstream] => await RoleAsync(Forwarder.RunAsync(new Uri(upstream))),
    ["soak-upstream", var home] => await RoleAsync(SoakUpstream.RunAsync(home)),
    ["soak", .. var rest] => await SoakTest.RunAsync(SoakOptions.Parse(rest)),
    ["client"] => await LoadClient.RunAsync(),
    _ => await LoadTest.RunAsync(LoadOptions.Parse(args)),
};

// A role ends with the process that started it, which holds the other end of its input.
static async Task<int> RoleAsync(Task role)
{
    await Task.WhenAny(role, Console.In.ReadToEndAsync());
    return 0;
}
