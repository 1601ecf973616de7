using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Paging.Channels.Mail;
using Tocsin.Paging.Channels.Ntfy;
using Tocsin.Paging.Channels.Webhook;

namespace Tocsin.Paging.Channels;

internal static class ChannelRegistration
{
    /// <summary>Every channel as an <see cref="IChannel"/>. Needs <see cref="IRevisions"/> and <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services) => services
        .AddSingleton(provider =>
        {
            var revisions = provider.GetRequiredService<IRevisions>();
            return new HttpPost(
                provider.GetRequiredService<TimeProvider>(),
                allowsLinkLocal: () => revisions.Current.Get<ServerModel>().AllowLinkLocal);
        })
        .AddSingleton<IChannel>(provider => new MailChannel(
            provider.GetRequiredService<IRevisions>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IChannel, NtfyChannel>()
        .AddSingleton<IChannel, WebhookChannel>();
}
