"""The daemon: watches every account, runs the jobs, serves the page, and stops within ten seconds when told to."""

import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor as SchedulerPool
from apscheduler.schedulers.background import BackgroundScheduler

from triage.app import App
from triage.jobs import JOBS, Job

log = structlog.get_logger()

STOP_WITHIN = 10.0
"""Seconds from SIGTERM to the end of the process, a letter in mid-air included: it is then uncertain, and shown so."""


class LocalEngine:
    """Runs registered jobs in threads of this process, at most one at a time for each job and its ids.

    APScheduler's own defaults would drop a job that starts a second late; `misfire_grace_time=None` keeps it.
    """

    def __init__(self, app: App, threads: int) -> None:
        self._app = app
        self._busy: set[str] = set()
        self._sound: set[str] = set()
        """Jobs whose last run went well, so that their alert needs no clearing."""
        self._lock = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": SchedulerPool(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        for job in JOBS.values():
            if job.every is not None:
                accounts = [(account_id,) for account_id in self._app.settings.accounts]
                for ids in accounts if job.per_account else [()]:
                    self._every(job, job.every, ids)
        self._scheduler.start()

    def _every(self, job: Job, every: timedelta, ids: tuple[str, ...]) -> None:
        """At once, and again after each span."""
        self._scheduler.add_job(
            self._run,
            "interval",
            args=[job, ids],
            id=f"every:{_key(job, ids)}",
            seconds=every.total_seconds(),
            next_run_time=datetime.now(UTC),
        )

    def hint(self, name: str, *ids: str) -> None:
        """Run the job soon. Hints for what is waiting already are one hint."""
        job = JOBS[name]
        self._scheduler.add_job(self._run, args=[job, ids], id=_key(job, ids), replace_existing=True)

    def stop(self) -> None:
        """Take no more work; wait for the steps in hand."""
        self._scheduler.shutdown(wait=True)

    def _run(self, job: Job, ids: tuple[str, ...]) -> None:
        key = _key(job, ids)
        with self._lock:
            if key in self._busy:
                return  # the sweep hints again if anything is left
            self._busy.add(key)
        try:
            job.run(self._app, self.hint, *ids)
        except Exception as error:  # one job's fault stops no other (I3)
            log.exception("job failed", job=job.name, ids=ids)
            self._sound.discard(job.name)
            self._app.vitals.alert(f"job:{job.name}", f"The job {job.name} fails: {error}")
        else:
            if job.name not in self._sound:
                self._app.vitals.clear(f"job:{job.name}")
                self._sound.add(job.name)
        finally:
            with self._lock:
                self._busy.discard(key)


def _key(job: Job, ids: tuple[str, ...]) -> str:
    return ":".join((job.name, *ids))


def run(app: App, *, stop: threading.Event | None = None, on_ready: Callable[[str], None] = lambda url: None) -> bool:
    """Run until SIGTERM, SIGINT or `stop`. Blocks. `on_ready` gets the page's address once all is started.

    False when a step in hand could not be ended in time: its thread still waits for a server that hangs.
    """
    from triage.web.app import serve

    stop = stop or threading.Event()
    _stop_on_signal(stop)
    page = serve(app)  # first: a second daemon by mistake ends here, before it takes the letters of the first for lost
    app.upkeep.end_leftovers(app.dispatcher)
    app.upkeep.watch_model(app.desk.classifier)
    engine = LocalEngine(app, threads=len(app.settings.accounts) + 6)
    engine.start()
    log.info("running", accounts=list(app.settings.accounts), page=page.url)
    on_ready(page.url)
    stop.wait()
    return _shut_down(app, engine, page.stop)


def _shut_down(app: App, engine: LocalEngine, stop_page: Callable[[], None]) -> bool:
    """Finish the steps in hand, all at once, within STOP_WITHIN seconds; whether that succeeded."""
    log.info("stopping")
    steps = [engine.stop, lambda: app.watchers.stop(STOP_WITHIN), stop_page]
    threads = [threading.Thread(target=step, daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + STOP_WITHIN - 1.0
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    unfinished = sum(thread.is_alive() for thread in threads)
    log.info("stopped", unfinished=unfinished)
    return unfinished == 0


def _stop_on_signal(stop: threading.Event) -> None:
    if threading.current_thread() is not threading.main_thread():
        return

    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
