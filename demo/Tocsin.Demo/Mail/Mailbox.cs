namespace Tocsin.Demo.Mail;

/// <summary>The mails that arrived, oldest first. Keeps <see cref="MailsMax"/>; the oldest makes room. Safe from any thread.</summary>
internal sealed class Mailbox
{
    public const int MailsMax = 500;
    private readonly Lock gate = new();
    private readonly Queue<ReceivedMail> mails = new();

    public void Add(ReceivedMail mail)
    {
        lock (gate)
        {
            if (mails.Count == MailsMax) mails.Dequeue();
            mails.Enqueue(mail);
        }
    }

    public ReceivedMail[] All()
    {
        lock (gate) return [.. mails];
    }

    public void Clear()
    {
        lock (gate) mails.Clear();
    }
}
