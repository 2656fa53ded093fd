import Documents
import Foundation
import Logging
import Notifications
import Queue

/// A claimed job that may be sent now.
struct GrantedJob: Sendable {
    var permit: Permit
    var job: ClaimedJob
    /// The last moment to begin a provider call.
    var sendBy: ContinuousClock.Instant
}

/// Takes claimed jobs to Postgres and comes back with those that may be sent; ends all others.
struct PermitDesk: Sendable {
    /// A claim older than this is not taken to Postgres: its lease may end before the permit would.
    static let freshness: Duration = .seconds(1)

    let permits: PermitStore
    let timing: DeliveryTiming
    let queue: DeliveryQueue
    let reporter: OutcomeReporter
    let suspects: SuspectGate
    let clock: @Sendable () -> Date
    let logger: Logger

    /// - Parameter claimedAt: a moment before the claim was asked for.
    /// - Throws: when Postgres could not be asked; the jobs were given back.
    func grant(
        _ jobs: [ClaimedJob], route: Route, provider: String, claimedAt: ContinuousClock.Instant
    ) async throws -> [GrantedJob] {
        let asked = ContinuousClock.now
        guard asked - claimedAt < PermitDesk.freshness else {
            await end(jobs.map { JobEnding($0, .release) })
            return []
        }
        do {
            let (answers, events) = try await permits.take(
                jobs.map(\.id), route: route, provider: provider, suspects: suspects.room)
            return await sort(jobs, answers, events, sendBy: asked + timing.permit - timing.callDeadline)
        } catch {
            await end(jobs.map { JobEnding($0, .release) })
            throw error
        }
    }

    /// Gives back what was granted and will not be sent.
    func giveBack(_ granted: [GrantedJob]) async {
        do {
            try await permits.giveBack(granted.map(\.permit))
            await end(granted.map { JobEnding($0.job, .release) })
        } catch {
            logger.warning("permits could not be given back", metadata: ["error": "\(error)"])
        }
    }

    private func sort(
        _ jobs: [ClaimedJob], _ answers: [UUID: PermitAnswer], _ events: [StatusEvent],
        sendBy: ContinuousClock.Instant
    ) async -> [GrantedJob] {
        var granted: [GrantedJob] = []
        var endings: [JobEnding] = []
        for job in jobs {
            switch answers[job.id] ?? .gone {
            case .granted(let permit):
                if permit.isSuspect { suspects.enter() }
                granted.append(GrantedJob(permit: permit, job: job, sendBy: sendBy))
            case .refused(let wait): endings.append(JobEnding(job, .retry(after: wait), spent: 0))
            case .gone: endings.append(JobEnding(job, .settle, spent: 0))
            case .putOff(let permit, let end, let reason):
                reporter.report(
                    AttemptRecord(permit, putOffUntil: end, reason, at: clock()), of: job, usage: AttemptUsage())
            case .over(let permit, let status, let failure):
                let result = RouteResult(permit, over: status, failure, at: clock())
                let decision = AttemptVerdict.Decision.settle(
                    result.standing.status, deadLetter: result.standing.status.isGivenUp
                ).landing(of: permit)
                reporter.report(
                    AttemptRecord(permit: permit, decision: decision, result: result, outcome: nil), of: job,
                    usage: AttemptUsage())
            }
        }
        // What is put off for its endpoint's sake is looked at again and again: its last word stays the one it has. Of what
        // Belfry tells by itself nobody is told.
        let begun = granted.map(\.permit).filter {
            $0.channel.failure != .endpointUnavailable && $0.content.endpointMessage == nil
        }
        await end(endings, publishing: events + begun.map(processing))
        return granted
    }

    private func processing(_ permit: Permit) -> StatusEvent {
        StatusEvent(
            notificationId: permit.notificationId, tenant: permit.tenant, userId: permit.userId,
            channel: permit.route.channel, route: permit.route, status: "processing", attempt: permit.attempt,
            at: clock())
    }

    /// A failure here costs time only: what Redis still holds comes back when its lease ends.
    private func end(_ endings: [JobEnding], publishing events: [StatusEvent] = []) async {
        do { try await queue.end(endings, publishing: events) } catch {
            logger.warning("jobs could not be given back to Redis", metadata: ["error": "\(error)"])
        }
    }
}
