import Notifications
import Testing

@Suite struct NotificationStatusTests {
    @Test(
        arguments: [
            ([.pending], .pending),
            ([.scheduled], .scheduled),
            ([.scheduled, .scheduled], .scheduled),
            ([.scheduled, .pending], .pending),
            ([.scheduled, .delivered], .scheduled),
            ([.pending, .delivered, .failed], .pending),
            ([.sent], .sent),
            ([.unread], .sent),
            ([.delivered], .delivered),
            ([.read], .delivered),
            ([.delivered, .read], .delivered),
            ([.delivered, .sent], .sent),
            ([.delivered, .unread], .sent),
            ([.sent, .skipped], .sent),
            ([.delivered, .skipped], .delivered),
            ([.sent, .failed], .partial),
            ([.delivered, .bounced], .partial),
            ([.sent, .unknown], .partial),
            ([.delivered, .expired], .partial),
            ([.sent, .cancelled], .partial),
            ([.failed], .failed),
            ([.bounced], .failed),
            ([.unknown, .expired], .failed),
            ([.skipped], .failed),
            ([.skipped, .skipped], .failed),
            ([.cancelled], .cancelled),
            ([.cancelled, .skipped], .cancelled),
            ([.cancelled, .failed], .failed),
            ([], .failed),
        ] as [([DeliveryStatus], NotificationStatus)])
    func channelsMakeOneWord(channels: [DeliveryStatus], status: NotificationStatus) {
        #expect(NotificationStatus(channels.map { ChannelState(status: $0) }) == status)
        #expect(NotificationStatus(channels.reversed().map { ChannelState(status: $0) }) == status)
    }

    @Test func permitShowsOnlyWhileAChannelIsOpen() {
        let (pending, sent) = (ChannelState(status: .pending), ChannelState(status: .sent))
        #expect(NotificationStatus([pending, sent], isProcessing: true) == .processing)
        #expect(NotificationStatus([ChannelState(status: .scheduled)], isProcessing: true) == .processing)
        #expect(NotificationStatus([sent], isProcessing: true) == .sent)
    }

    @Test func fanOutIsOpenUntilItsLastRouteIsDone() {
        var push = ChannelState(status: .sent)
        push.routes = [.fcm: Standing(status: .sent), .apns: Standing(status: .pending)]
        #expect(push.isOpen)
        #expect(NotificationStatus([push]) == .pending)
        push.routes[.apns] = Standing(status: .failed)
        #expect(!push.isOpen)
        #expect(NotificationStatus([push]) == .sent)
    }
}
