//! `remit-relay`: keeps Pockyt's notifications, sealed, until a laptop has fetched them.

mod arguments;

use std::io::Write as _;
use std::process::ExitCode;

use arguments::{Arguments, Command, Log, MailboxCommand, Place, Serve};
use clap::Parser as _;
use remit_relay::server::{Bell, Running, Store, check, create_mailbox, open};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// What ends the program: a sentence that says what happened and what to do.
type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(serve) => run(serve).await,
        Command::Mailbox { command } => mailbox(command).await,
        Command::Check { observe } => match check(observe).await {
            Ok(()) => say("the relay is well"),
            Err(error) => Err(error.into()),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "remit-relay: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(serve: Serve) -> Result<(), Failure> {
    start_log(serve.log);
    let settings = serve.settings()?;
    let bell = Bell::default();
    let store = store(&serve.place, &bell).await?;
    // Asked for before the first notification can come, so that none is cut off.
    let stop = stop_signal()?;
    if settings.admin.is_none() {
        tracing::info!("no admin token: mailboxes are created by `remit-relay mailbox new` only");
    }
    let running = Running::start(settings, store, bell).await?;
    tracing::info!(address = %running.address(), observe = %running.observe(), "the relay takes notifications");
    stop.await;
    tracing::info!("the relay stops");
    running.stop().await;
    tracing::info!("the relay has stopped; everything that was answered is kept");
    Ok(())
}

async fn mailbox(command: MailboxCommand) -> Result<(), Failure> {
    match command {
        MailboxCommand::New {
            public_key,
            public_url,
            place,
        } => {
            let store = store(&place, &Bell::default()).await?;
            let link = create_mailbox(&*store, &public_url, public_key).await?;
            say(&format!(
                "mailbox {}\n\nPaste this relay link into Remit. It is a secret, and shown this once:\n\n{}\n",
                link.mailbox(),
                *link.reveal()
            ))
        }
        MailboxCommand::List { place } => {
            let store = store(&place, &Bell::default()).await?;
            for mailbox in store.mailboxes().await? {
                say(&format!(
                    "{}  created {:.0}  {} waiting  {} readers",
                    mailbox.id, mailbox.created_at, mailbox.held, mailbox.readers
                ))?;
            }
            Ok(())
        }
        MailboxCommand::Remove { id, place } => {
            let store = store(&place, &Bell::default()).await?;
            if store.remove(id).await? {
                say(
                    "the mailbox is removed; its address takes nothing any more within half a minute",
                )
            } else {
                Err("there is no such mailbox; `remit-relay mailbox list` shows them".into())
            }
        }
    }
}

async fn store(place: &Place, bell: &Bell) -> Result<Arc<dyn Store>, Failure> {
    open(&place.store, place.limits(), place.retention(), bell)
        .await
        .map_err(|error| format!("the store cannot be opened. {error}").into())
}

fn say(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{text}").map_err(Into::into)
}

fn start_log(log: Log) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("remit_relay=info"));
    let log_to = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match log {
        Log::Text => log_to.init(),
        Log::Json => log_to.json().init(),
    }
}

/// Comes when the process is asked to end.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Comes when the process is asked to end.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
