import Documents
import Hummingbird
import Logging
import Notifications
import Telemetry

/// Where providers tell what became of messages. No key is needed: each callback is signed as its provider signs.
struct ReceiptEndpoints: Sendable {
    static let path = "/v1/receipts/{provider}"

    let bodies: BodyReader
    /// By the names of the providers.
    let parsers: [String: any ReceiptParser]
    /// Where providers reach us, without a slash at its end; nil for whatever host they name.
    let publicURL: String?
    let recorder: ReceiptRecorder
    let clock: ServerClock
    let enqueuer: Enqueuer
    let metrics: ReceiptMetrics
    let logger: Logger

    var all: [Endpoint] {
        [
            Endpoint(.post, ReceiptEndpoints.path, nil, use: take),
            // Some ask first whether we are who we say.
            Endpoint(.get, ReceiptEndpoints.path, nil, use: take),
        ]
    }

    private func take(_ call: Call) async throws -> Response {
        guard let provider = call.parameters.get("provider"), let parser = parsers[provider] else {
            throw Problem.notFound
        }
        let callback = callback(call, body: try await bodies.bytes(of: call.request))
        let reading: ReceiptReading
        do { reading = try await parser.read(callback) } catch {
            metrics.refused[provider].add()
            logger.notice("a receipt was refused", metadata: ["provider": "\(provider)", "error": "\(error)"])
            throw Problem(error)
        }
        // Only what is kept is confirmed: whatever fails below has the provider call again.
        let recorded = try await recorder.record(reading.receipts, from: provider, at: callback.now)
        metrics.taken[provider].add(reading.receipts.count)
        await enqueuer.publish(recorded.events)
        guard let answer = reading.answer else { return Response(status: .noContent) }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: answer)))
    }

    private func callback(_ call: Call, body: [UInt8]) -> ReceiptCallback {
        let request = call.request
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        let query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let base = publicURL ?? "https://" + (request.head.authority ?? "")
        return ReceiptCallback(
            method: request.method.rawValue, url: base + request.uri.string,
            query: Dictionary(query) { first, _ in first }, headers: headers, body: body, now: clock.now)
    }
}

extension Problem {
    fileprivate init(_ refusal: ReceiptRefusal) {
        switch refusal {
        case .unsigned(let why): self.init(status: .unauthorized, code: .invalidSignature, detail: why)
        case .malformed(let why): self.init(status: .badRequest, code: .malformedReceipt, detail: why)
        }
    }
}
