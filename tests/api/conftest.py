import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from api.db.database import Database
from api.db.migrate import upgrade
from tests.api.house import House, open_house
from tests.api.postgres_server import PostgresMissingError, private_postgres


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _migrated(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.aclose()


async def _administer(socket: str, *statements: str) -> None:
    database = Database(f"postgresql+asyncpg://postgres@/postgres?host={socket}")
    async with database.engine.connect() as connection:
        raw = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await raw.execute(text(statement))
    await database.aclose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrated(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    """The socket folder of a private server with a migrated, empty database named ``template``."""
    try:
        with private_postgres() as socket:
            asyncio.run(_administer(socket, "CREATE DATABASE template"))
            asyncio.run(_migrated(f"postgresql+asyncpg://postgres@/template?host={socket}"))
            yield socket
    except PostgresMissingError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "record.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"


@pytest.fixture
def postgres_url(postgres_socket: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    asyncio.run(_administer(postgres_socket, f"CREATE DATABASE {name} TEMPLATE template"))
    return f"postgresql+asyncpg://postgres@/{name}?host={postgres_socket}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """On both databases."""
    async with open_house(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def small_house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """On SQLite alone, for what no database changes."""
    async with open_house(tmp_path, sqlite_url) as opened:
        yield opened
