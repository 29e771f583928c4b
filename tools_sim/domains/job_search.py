"""A job board: searching, saving, applying once and in time, withdrawing."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, refusal
from tools_sim.speech_text import same_word, spoken_words
from tools_sim.toolbox import tool

Contract = Literal["full time", "part time", "temporary", "internship"]


class Job(BaseModel):
    title: str
    company: str
    city: str
    contract: Contract = "full time"
    remote: bool = False
    salary: int
    """Dollars a year."""
    deadline: date
    """Last day on which one may apply."""
    filled: bool = False
    description: str = ""


class Application(BaseModel):
    job_id: int
    resume: str
    note: str = ""
    status: Literal["sent", "interview", "rejected", "withdrawn"] = "sent"
    sent_on: date


class JobSearchState(DomainState):
    today: date = date(2026, 3, 2)
    resumes: list[str] = Field(default_factory=list)
    jobs: dict[int, Job] = Field(default_factory=dict)
    saved: list[int] = Field(default_factory=list)
    applications: dict[int, Application] = Field(default_factory=dict)
    next_application: int = 1


class JobSearch(Domain[JobSearchState]):
    state_type = JobSearchState

    @tool()
    def search_jobs(
        self,
        text: str | None = None,
        city: str | None = None,
        remote_only: bool = False,
        minimum_salary: int | None = None,
        contract: Contract | None = None,
    ) -> JsonObject:
        """Find jobs that are still open. Every condition that is given must hold.

        Args:
            text: Words of the title, the company or the description.
            city: City of the job.
            remote_only: True for jobs that can be done from home.
            minimum_salary: Lowest salary in dollars a year.
            contract: Kind of contract.
        """
        place = None
        if city:
            cities = sorted({job.city for job in self.state.jobs.values()})
            place = self.match(city, cities)
            if place is None:
                raise self.unknown(f"There are no jobs in '{city}'.", city, cities)
        found = [
            number
            for number, job in self.state.jobs.items()
            if not job.filled
            and job.deadline >= self.state.today
            and (place is None or job.city == place)
            and (job.remote or not remote_only)
            and (minimum_salary is None or job.salary >= minimum_salary)
            and (contract is None or job.contract == contract)
            and (not text or _mentions(job, text))
        ]
        return {"jobs": [self._shown(number) for number in found]}

    @tool()
    def get_job(self, job_id: int) -> JsonObject:
        """Show everything about a job.

        Args:
            job_id: Number of the job.
        """
        return self._shown(job_id) | {"description": self._job(job_id).description}

    @tool(writes=True)
    def save_job(self, job_id: int) -> JsonObject:
        """Put a job on the list of saved jobs.

        Args:
            job_id: Number of the job.
        """
        self._job(job_id)
        if job_id in self.state.saved:
            raise refusal(f"Job {job_id} is saved already.")
        self.state.saved.append(job_id)
        return {"saved": job_id}

    @tool(writes=True)
    def remove_saved_job(self, job_id: int) -> JsonObject:
        """Take a job off the list of saved jobs.

        Args:
            job_id: Number of the job.
        """
        if job_id not in self.state.saved:
            raise refusal(f"Job {job_id} is not saved.")
        self.state.saved.remove(job_id)
        return {"removed": job_id}

    @tool()
    def list_saved_jobs(self) -> JsonObject:
        """List the saved jobs."""
        return {"jobs": [self._shown(number) for number in self.state.saved]}

    @tool()
    def list_resumes(self) -> JsonObject:
        """List the resumes the user can apply with."""
        return {"resumes": list(self.state.resumes)}

    @tool(writes=True)
    def apply_to_job(self, job_id: int, resume: str, note: str = "") -> JsonObject:
        """Apply to a job. One can apply to a job once, before its deadline.

        Args:
            job_id: Number of the job.
            resume: Name of the resume, as told by list_resumes.
            note: A few sentences to the company.
        """
        job = self._job(job_id)
        if any(application.job_id == job_id for application in self.state.applications.values()):
            raise refusal(f"There is an application to job {job_id} already; one can apply only once.")
        if job.filled:
            raise refusal(f"Job {job_id} is filled.")
        if job.deadline < self.state.today:
            raise refusal(f"The deadline of job {job_id} was {job.deadline.isoformat()}.")
        name = self.match(resume, self.state.resumes)
        if name is None:
            raise self.unknown(f"There is no resume '{resume}'.", resume, self.state.resumes)
        number = self.state.next_application
        self.state.next_application += 1
        self.state.applications[number] = Application(job_id=job_id, resume=name, note=note, sent_on=self.state.today)
        return {"application_id": number, "job": job.title, "company": job.company, "resume": name}

    @tool()
    def list_applications(self) -> JsonObject:
        """List the user's applications with their status."""
        listed: list[JsonValue] = [
            {
                "application_id": number,
                "job_id": application.job_id,
                "job": self.state.jobs[application.job_id].title,
                "company": self.state.jobs[application.job_id].company,
                "resume": application.resume,
                "status": application.status,
                "sent_on": application.sent_on.isoformat(),
            }
            for number, application in self.state.applications.items()
        ]
        return {"applications": listed}

    @tool(writes=True)
    def withdraw_application(self, application_id: int) -> JsonObject:
        """Withdraw an application. It cannot be sent again.

        Args:
            application_id: Number of the application.
        """
        application = self.state.applications.get(application_id)
        if application is None:
            raise refusal(f"There is no application {application_id}.")
        if application.status in ("withdrawn", "rejected"):
            raise refusal(f"Application {application_id} is {application.status} already.")
        application.status = "withdrawn"
        return {"withdrawn": application_id}

    def _job(self, number: int) -> Job:
        if number not in self.state.jobs:
            raise refusal(f"There is no job {number}.")
        return self.state.jobs[number]

    def _shown(self, number: int) -> JsonObject:
        job = self._job(number)
        return {
            "job_id": number,
            "title": job.title,
            "company": job.company,
            "city": job.city,
            "contract": job.contract,
            "remote": job.remote,
            "salary": job.salary,
            "deadline": job.deadline.isoformat(),
        }


def _mentions(job: Job, text: str) -> bool:
    """Whether every word stands in the job's title, company or description."""
    there = spoken_words(f"{job.title} {job.company} {job.description}")
    return all(any(same_word(word, other) for other in there) for word in spoken_words(text))
