import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Notifications
import Telemetry

/// What every request gets, whatever becomes of it: an id, a limit on its headers, an answer that says what is wrong in
/// one form, and a line in the log.
struct RequestFrame: RouterMiddleware {
    typealias Context = APIContext

    let maximumTargetBytes: Int
    let maximumHeaderCount: Int
    let maximumHeaderBytes: Int
    let origins: AllowedOrigins
    let metrics: RequestMetrics
    let logger: Logger

    init(_ configuration: APIConfiguration, metrics: RequestMetrics, logger: Logger) {
        maximumTargetBytes = configuration.maximumTargetBytes
        maximumHeaderCount = configuration.maximumHeaderCount
        maximumHeaderBytes = configuration.maximumHeaderBytes
        origins = configuration.allowedOrigins
        self.metrics = metrics
        self.logger = logger
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestId = RequestFrame.requestId(given: request.headers[.requestId])
        var response: Response
        var problem: Problem?
        do {
            try check(request)
            if let answer = origins.preflight(request) {
                response = answer
            } else {
                response = try await next(request, context)
            }
        } catch let failure as BodyFailure {
            // The connection is broken, or does not speak HTTP: for the server to handle.
            throw failure.cause
        } catch {
            let found = Problem(error)
            problem = found
            if found.code == .internalError {
                logger.error(
                    "a request failed", metadata: ["error": "\(error)", "requestId": "\(context.requestId)"])
            }
            response = found.response(instance: request.uri.path, requestId: context.requestId)
        }
        // What would be its body could be taken for the next answer.
        if request.method == .head { response = response.createHeadResponse() }
        response.headers[.requestId] = context.requestId
        response.headers.append(contentsOf: origins.headers(for: request.headers[.origin]))
        let duration = ContinuousClock.now - context.start
        metrics.count(
            method: request.method, path: context.endpointPath, status: response.status.code, took: duration)
        log(request, response, problem?.code, context, took: duration)
        return response
    }

    private func check(_ request: Request) throws {
        if request.uri.string.utf8.count > maximumTargetBytes { throw Problem.targetTooLong(limit: maximumTargetBytes) }
        let headers = request.headers
        guard headers.count <= maximumHeaderCount,
            headers.reduce(0, { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }) <= maximumHeaderBytes
        else { throw Problem.headersTooLarge }
    }

    /// The pattern of the route stands for the path, which may name users. What went well is a detail; so is who was sent
    /// away, since a line for each would make the overload worse.
    private func log(
        _ request: Request, _ response: Response, _ code: Problem.Code?, _ context: APIContext, took duration: Duration
    ) {
        let level: Logger.Level =
            switch response.status.code {
            case _ where code == .overloaded: .debug
            case ..<400: .debug
            case ..<500: .info
            default: .warning
            }
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)", "path": "\(context.endpointPath ?? "none")",
            "status": "\(response.status.code)", "milliseconds": "\(duration.milliseconds)",
            "requestId": "\(context.requestId)",
        ]
        if let trace = request.headers[.traceparent].flatMap(TraceContext.init) {
            metadata["traceId"] = "\(trace.traceId)"
        }
        logger.log(level: level, "request", metadata: metadata)
    }

    /// The caller's own id where it has a sane one: it goes into a header and into logs.
    static func requestId(given: String?) -> String {
        guard let given, (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy(isPlain)
        else { return UUID().text }
        return given
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
