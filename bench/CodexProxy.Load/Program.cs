using CodexProxy.Load;

return args switch
{
    ["upstream", .. var rest] => await RoleAsync(Upstream.RunAsync(UpstreamShape.Parse(rest))),
    ["forward", var upstream] => await RoleAsync(Forwarder.RunAsync(new Uri(upstream))),
    ["client"] => await RoleAsync(LoadClient.RunAsync()),
    _ => await LoadTest.RunAsync(LoadOptions.Parse(args)),
};

static async Task<int> RoleAsync(Task role)
{
    await role;
    return 0;
}
