"""Who may join: certificates of one authority, and no open cluster beyond this machine."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import trustme
from distributed import Security

from grader.records import GraderError

AUTHORITY = "ca.pem"
ROLES = ("scheduler", "worker", "client")
HOW = (
    "Run `grader cluster certificates FOLDER` once, copy the folder to every machine, and name it "
    "with --certificates."
)


def write_certificates(folder: Path) -> list[Path]:
    """An authority and a certificate with its key for each role, all new; the authority's own key
    is not kept. GraderError where there are some already, or nothing can be written."""
    paths = [folder / AUTHORITY, *(folder / f"{role}.pem" for role in ROLES)]
    if present := next((path for path in paths if path.exists()), None):
        raise GraderError(
            f"{present} is there already.",
            what_to_do="Name a new folder; machines with certificates of two authorities do not "
            "meet.",
        )
    authority = trustme.CA(organization_name="notebook grader", organization_unit_name="cluster")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        authority.cert_pem.write_to_path(str(folder / AUTHORITY))
        for role in ROLES:
            path = folder / f"{role}.pem"
            path.touch(mode=0o600)
            own = authority.issue_cert(f"{role}.grader.internal")
            own.private_key_and_cert_chain_pem.write_to_path(str(path))
    except OSError as problem:
        raise GraderError(f"{folder} could not be written to: {problem.strerror}.") from problem
    return paths


def secured(address: str, certificates: Path | None, *, insecure: bool) -> Security | None:
    """What Dask needs to know for this address; None for an open connection, which only the machine
    itself may have, or whoever says `insecure`. GraderError says what is missing."""
    url = urlsplit(address)
    if url.scheme not in ("tls", "tcp") or not url.hostname:
        raise GraderError(
            f"{address!r} is no address of a scheduler.", what_to_do="Say tls://HOST:8786."
        )
    if certificates is not None:
        if url.scheme != "tls":
            raise GraderError(
                f"{address} is an open connection, and certificates are named.",
                what_to_do=f"Say tls://{url.netloc}.",
            )
        return _with(certificates)
    if url.scheme == "tls":
        raise GraderError(f"{address} needs certificates.", what_to_do=HOW)
    if not insecure and not is_here(url.hostname):
        raise GraderError(
            f"{address} is an open connection to another machine: whoever reaches its port could "
            "run programs there and here.",
            what_to_do=f"{HOW} In a network of your own alone you may say --insecure.",
        )
    return None


def is_here(host: str) -> bool:
    """Whether only this machine is reached by that name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _with(folder: Path) -> Security:
    missing = [name for name in (AUTHORITY, *_files()) if not (folder / name).is_file()]
    if missing:
        raise GraderError(f"{folder} has no {', '.join(missing)}.", what_to_do=HOW)
    files = {  # a key stands in the file of its certificate
        f"tls_{role}_{what}": str(folder / f"{role}.pem")
        for role in ROLES
        for what in ("cert", "key")
    }
    return Security(require_encryption=True, tls_ca_file=str(folder / AUTHORITY), **files)


def _files() -> list[str]:
    return [f"{role}.pem" for role in ROLES]
