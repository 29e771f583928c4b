"""A social network of short posts: posting, comments, reposts, mentions and following."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, SkipValidation, with_config
from typing_extensions import TypedDict

from contracts.base import JsonObject
from contracts.scenario import ToolMode
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.toolbox import tool


@with_config(ConfigDict(extra="allow"))
class Post(TypedDict, total=False):
    id: int
    username: str
    content: str
    tags: list[str]
    mentions: list[str]


def _numbered(posts: Any) -> Any:
    """Posts are numbered; YAML and JSON write the numbers as text."""
    return {int(key): value for key, value in posts.items()} if isinstance(posts, dict) else posts


class SocialMediaState(DomainState):
    username: str = "john"
    password: str = "john123"  # noqa: S105 - of a made-up account
    authenticated: bool = False
    tweets: Annotated[dict[int, SkipValidation[Post]], BeforeValidator(_numbered)] = Field(default_factory=dict)
    comments: dict[int | str, list[dict[str, JsonValue]]] = Field(default_factory=dict)
    """By post. Keys given as text stay text, as recorded; in voice mode they become numbers."""
    retweets: dict[str, list[int]] = Field(default_factory=dict)
    following_list: list[str] = Field(default_factory=lambda: ["alice", "bob"])
    tweet_counter: int = 0


class SocialMedia(Domain[SocialMediaState]):
    state_type = SocialMediaState

    def __init__(self, state: SocialMediaState, **rest: Any) -> None:
        super().__init__(state, **rest)
        if self.mode is ToolMode.VOICE:
            state.comments = {int(key): value for key, value in state.comments.items()}

    @tool(writes=True)
    def authenticate_twitter(self, username: str, password: str) -> JsonObject:
        """Sign the user in to the social network.

        Args:
            username: Name of the account.
            password: Password of the account.
        """
        known = self.match(username, [self.state.username]) is not None
        if not known or password != self.state.password:
            raise Refused({"authentication_status": False})
        self.state.authenticated = True
        return {"authentication_status": True}

    @tool()
    def posting_get_login_status(self) -> JsonObject:
        """Say whether the user is signed in."""
        return {"login_status": self.state.authenticated}

    @tool(writes=True)
    def post_tweet(self, content: str, tags: list[str] | None = None, mentions: list[str] | None = None) -> JsonObject:
        """Publish a post for the signed-in user.

        Args:
            content: Text of the post.
            tags: Hashtags, each starting with #; only when the user wants any.
            mentions: Accounts to mention, each starting with @; only when the user wants any.
        """
        self._require_login("posting")
        number = self.state.tweet_counter
        post: Post = {
            "id": number,
            "username": self.state.username,
            "content": content,
            "tags": list(tags or ()),
            "mentions": list(mentions or ()),
        }
        self.state.tweets[number] = post
        self.state.tweet_counter += 1
        return _shown(post)

    @tool(writes=True)
    def retweet(self, tweet_id: int) -> JsonObject:
        """Repost a post for the signed-in user.

        Args:
            tweet_id: Number of the post.
        """
        self._require_login("retweeting")
        self._post(tweet_id)
        mine = self.state.retweets.setdefault(self.state.username, [])
        if tweet_id in mine:
            return {"retweet_status": "Already retweeted"}
        mine.append(tweet_id)
        return {"retweet_status": "Successfully retweeted"}

    @tool(writes=True)
    def comment(self, tweet_id: int, comment_content: str) -> JsonObject:
        """Comment on a post for the signed-in user.

        Args:
            tweet_id: Number of the post.
            comment_content: Text of the comment.
        """
        self._require_login("commenting")
        self._post(tweet_id)
        entry: dict[str, JsonValue] = {"username": self.state.username, "content": comment_content}
        self.state.comments.setdefault(tweet_id, []).append(entry)
        return {"comment_status": "Comment added successfully"}

    @tool(writes=True)
    def mention(self, tweet_id: int, mentioned_usernames: list[str]) -> JsonObject:
        """Mention accounts in an existing post.

        Args:
            tweet_id: Number of the post.
            mentioned_usernames: Names of the accounts.
        """
        self._post(tweet_id).setdefault("mentions", []).extend(mentioned_usernames)
        return {"mention_status": "Users mentioned successfully"}

    @tool(writes=True)
    def follow_user(self, username_to_follow: str) -> JsonObject:
        """Follow an account.

        Args:
            username_to_follow: Name of the account.
        """
        self._require_login("following")
        if username_to_follow in self.state.following_list:
            raise Refused({"follow_status": False})
        self.state.following_list.append(username_to_follow)
        return {"follow_status": True}

    @tool()
    def list_all_following(self) -> JsonObject:
        """List the accounts that the signed-in user follows."""
        self._require_login("listing following")
        return {"following_list": list(self.state.following_list)}

    @tool(writes=True)
    def unfollow_user(self, username_to_unfollow: str) -> JsonObject:
        """Stop following an account.

        Args:
            username_to_unfollow: Name of the account, as told by list_all_following.
        """
        self._require_login("unfollowing")
        if username_to_unfollow not in self.state.following_list:
            if self.forgiving:
                message = f"Not following '{username_to_unfollow}'."
                raise self.unknown(message, username_to_unfollow, self.state.following_list)
            raise Refused({"unfollow_status": False})
        self.state.following_list.remove(username_to_unfollow)
        return {"unfollow_status": True}

    @tool()
    def get_tweet(self, tweet_id: int) -> JsonObject:
        """Show one post.

        Args:
            tweet_id: Number of the post.
        """
        return _shown(self._post(tweet_id))

    @tool()
    def get_user_tweets(self, username: str) -> list[JsonValue]:
        """Show all posts of an account.

        Args:
            username: Name of the account.
        """
        author = self._author(username)
        return [_shown(post) for post in self.state.tweets.values() if post["username"] == author]

    @tool()
    def search_tweets(self, keyword: str) -> list[JsonValue]:
        """Find posts whose text or tags contain a word or phrase.

        Args:
            keyword: The word or phrase; upper and lower case are the same.
        """
        wanted = keyword.lower()
        return [
            _shown(post)
            for post in self.state.tweets.values()
            if wanted in post["content"].lower() or any(wanted in tag.lower() for tag in post["tags"])
        ]

    @tool()
    def get_tweet_comments(self, tweet_id: int) -> list[JsonValue]:
        """Show the comments on a post.

        Args:
            tweet_id: Number of the post.
        """
        self._post(tweet_id)
        return [dict(entry) for entry in self.state.comments.get(tweet_id, [])]

    @tool()
    def get_user_stats(self, username: str) -> JsonObject:
        """Count an account's posts, reposts and followed accounts.

        Args:
            username: Name of the account.
        """
        author = self._author(username)
        return {
            "tweet_count": sum(post["username"] == author for post in self.state.tweets.values()),
            "following_count": len(self.state.following_list) if author == self.state.username else 0,
            "retweet_count": len(self.state.retweets.get(author, [])),
        }

    def _require_login(self, action: str) -> None:
        if not self.state.authenticated:
            raise refusal(f"User not authenticated. Please authenticate before {action}.")

    def _post(self, number: int) -> Post:
        if number not in self.state.tweets:
            raise refusal(f"Tweet with ID {number} not found.")
        return self.state.tweets[number]

    def _author(self, username: str) -> str:
        known = {post["username"] for post in self.state.tweets.values()} | {self.state.username}
        return self.match(username.removeprefix("@") if self.forgiving else username, sorted(known)) or username


def _shown(post: Post) -> JsonObject:
    """A copy, so that what a caller holds does not change with the state."""
    shown: JsonObject = {}
    for key, value in post.items():
        shown[key] = list(value) if isinstance(value, list) else value  # type: ignore[assignment]
    return shown
