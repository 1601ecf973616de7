using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Channels;

public sealed class ChannelRegistrationTests
{
    [Fact]
    public void AddChannels_EveryContactMethod_HasItsChannel()
    {
        using var provider = new ServiceCollection()
            .AddSingleton(Samples.Revisions()).AddSingleton(TimeProvider.System).AddChannels().BuildServiceProvider();
        ContactMethod[] methods =
        [
            new ContactMethod.Mail("a@example.org"), new ContactMethod.Ntfy(new Uri("http://localhost/t"), null),
            new ContactMethod.Webhook(new Uri("http://localhost/"), null),
        ];
        methods.Length.ShouldBe(typeof(ContactMethod).GetNestedTypes().Length, "a contact method is missing in this test");
        provider.GetServices<IChannel>().Select(channel => channel.Word).Order()
            .ShouldBe(methods.Select(method => method.Word).Order());
    }
}
