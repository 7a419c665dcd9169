"""Accounts of the service, for whoever has the network's folder."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from matcher.accounts import Role
from matcher.cli.output import print_json, print_table, say
from matcher.cli.session import Session, common

if TYPE_CHECKING:
    from matcher.accounts import Account
    from matcher.workflow.workspace import Workspace


@click.command(short_help="Say who may use the service.")
@click.argument("what", type=click.Choice(["list", "add", "password", "deactivate", "activate"]))
@click.argument("who", required=False, default="")
@click.option("--name", default="", help="For add: the person's name.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.FACILITATOR.value,
    show_default=True,
    help="For add: what the account is for.",
)
@click.option(
    "--member", metavar="ID", help="For add: the member it belongs to, with the role member and no other."
)
@common
@click.pass_obj
def account(
    session: Session, what: str, who: str, name: str, role: str, member: str | None, as_json: bool
) -> None:
    """Say who may use the service: list the accounts, add one, set a password, deactivate and activate.

    WHO is an address, or an account's id. A password is asked for and not shown; setting one ends the
    account's sessions, and so does to deactivate it. Whoever can write in the network's folder may do all of
    this, without an account.

    \b
    Examples:
      matcher account add ada@district.example --name "Ada Reyes" --role administrator
      matcher account add lee@walnut.example --name "Lee Ortiz" --role member --member m7
      matcher account list
      matcher account password ada@district.example
      matcher account deactivate ada@district.example
    """
    from matcher.workflow import accounts

    if what != "list" and not who:
        raise click.UsageError("Say whose account: an address or an id.")
    if what != "add" and (name or member):
        raise click.UsageError("--name and --member go with add.")
    with session.open() as workspace:
        if what == "list":
            _list(workspace, as_json=as_json)
            return
        if what == "add":
            found = accounts.add_account(
                workspace,
                who,
                name,
                Role(role),
                now=datetime.now(UTC),
                member_id=member,
                password=_new_password(),
            )
            said = f"Made an account for {found.email}, with the role {found.role.value}."
        else:
            found, said = _change(workspace, what, accounts.account_named(workspace, who))
    if as_json:
        print_json(asdict(found))
    else:
        say(said)


def _change(workspace: Workspace, what: str, found: Account) -> tuple[Account, str]:
    from matcher.workflow import accounts

    if what == "password":
        accounts.set_password(workspace, found.id, _new_password())
        return found, f"The password of {found.email} is set; its sessions have ended."
    if what == "deactivate":
        said = f"{found.email} can do nothing any more: its sessions have ended, and its keys hold no longer."
        return accounts.deactivate(workspace, found.id), said
    return accounts.activate(workspace, found.id), f"{found.email} can be used again."


def _list(workspace: Workspace, *, as_json: bool) -> None:
    from matcher.workflow.accounts import accounts

    found = accounts(workspace)
    if as_json:
        print_json({"accounts": [asdict(each) for each in found]})
        return
    rows = [
        (each.email, each.name, each.role.value, each.member_id or "", "yes" if each.active else "no")
        for each in found
    ]
    if rows:
        print_table(("Address", "Name", "Role", "Member", "Active"), rows)
    else:
        say("There is no account yet. `matcher serve` prints a link that makes the first one.")


def _new_password() -> str:
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
