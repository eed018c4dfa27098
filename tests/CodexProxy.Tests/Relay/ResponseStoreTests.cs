using CodexProxy.Protocol.Responses;
using CodexProxy.Relay;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

public sealed class ResponseStoreTests
{
    [Fact]
    public void It_is_bounded_in_number_and_the_oldest_go_first()
    {
        var store = new ResponseStore(new ManualTime());
        for (var i = 0; i <= ResponseStore.Capacity; i++)
        {
            store.Keep("me", Response($"resp_{i}"), 1);
        }

        store.Find("me", "resp_0").ShouldBeNull();
        store.Find("me", "resp_1").ShouldNotBeNull();
    }

    [Fact]
    public void It_is_bounded_in_size()
    {
        var store = new ResponseStore(new ManualTime());
        store.Keep("me", Response("resp_old"), ResponseStore.MaxBytes / 2);
        store.Keep("me", Response("resp_new"), (ResponseStore.MaxBytes / 2) + 1);
        store.Keep("me", Response("resp_huge"), ResponseStore.MaxBytes + 1);

        store.Find("me", "resp_old").ShouldBeNull();
        store.Find("me", "resp_new").ShouldNotBeNull();
        store.Find("me", "resp_huge").ShouldBeNull();
    }

    [Fact]
    public void What_is_one_callers_is_not_anothers()
    {
        var store = new ResponseStore(new ManualTime());
        store.Keep("me", Response("resp_1"), 1);

        store.Find("you", "resp_1").ShouldBeNull();
        store.Forget("you", "resp_1").ShouldBeFalse();
        store.Forget("me", "resp_1").ShouldBeTrue();
    }

    private static KeptResponse Response(string id) => new(id, [], [], default);
}
