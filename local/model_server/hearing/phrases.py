"""What people say to an assistant with tools, as templates for the language model of hints.

``{name}`` stands for a person or account, ``{word}`` for a content word, ``{text}`` for a short dictated clause.
"""

TEMPLATES = """
hello
hi there
yes
yes please
no
no thank you
no thanks that is all
thank you
thanks
thank you very much
that is all
that's all thank you
goodbye
can you help me
what can you do
could you repeat that
never mind
that is correct
please log me in
log me in
log me in please
log in please
please log me in as {name}
log in as {name}
sign me in
please sign me in
can you sign me in
sign me in as {name}
i would like to log in
i want to log in as {name}
my name is {name}
i am {name}
it is {name}
to {name}
for {name}
my user name is {name}
my password is {word}
the password is {word}
who is in my workspace
who are the users in the workspace
list all users
list the users please
show me all the users
show me my contacts
who can i write to
what is the user id of {name}
look up the user id of {name}
find the id of {name}
get the user id for {name}
send a message to {name}
please send a message to {name}
i want to send a message to {name}
i would like to send a message to {name}
can you send a message to {name}
can you send {name} a message
send {name} a message
send {name} a second message
send {name} another message
send a message to {name} saying {text}
please send a message to {name} saying {text}
send a message to {name} saying that {text}
send {name} a message saying {text}
send {name} a message that says {text}
send {name} a message that {text}
message {name}
write to {name}
write to {name} that {text}
write to {name} and say {text}
text {name} that {text}
tell {name} {text}
tell {name} that {text}
please tell {name} that {text}
let {name} know that {text}
ask {name} to {text}
ask {name} if {text}
invite {name} to {text}
remind {name} that {text}
reply to {name}
the message is {text}
the message should say {text}
say {text}
it should say {text}
{text}
delete the last message to {name}
delete my last message to {name}
please delete the last message i sent to {name}
delete the message to {name}
delete my message
take back the message to {name}
remove my last message to {name}
show me the messages i sent
show me my sent messages
what messages have i sent
which messages have i sent
read my messages
read me my messages please
view my messages
did i send a message to {name}
search my messages for {word}
search for messages about {word}
find messages about {word}
find the message about {word}
find messages that contain the word {word}
look for the message about {word}
add {name} to my contacts
add {name} to the contacts
please add {name} as a contact
add a contact called {name}
add a new contact named {name}
add {name} to the workspace
add {name}
how many messages do i have
show my message statistics
am i logged in
am i signed in
post that {text}
please post that {text}
post a message saying {text}
post {text}
make a post that says {text}
write a post saying {text}
write a post about {word}
publish a post saying {text}
tweet {text}
please tweet {text}
post a tweet saying {text}
post a tweet that says {text}
post a thank you to everybody for {word}
post that {text} with the tag {word}
with the hashtag {word}
with the tag {word}
with the tags {word} and {word}
add the hashtag {word}
use the tag {word}
and mention {name}
mention {name}
mention {name} in that post
mention {name} in the post
search for posts about {word}
search for tweets about {word}
find posts about {word}
find the post about {word}
find tweets about {word}
find the post about {word} and repost it
find the post about {word} and retweet it
find the post about {word} and comment that {text}
look for posts about {word}
look for the post about {word}
what did {name} post
show me the posts of {name}
show me the posts by {name}
show me {name} posts
show me the latest post by {name}
show me my posts
read the latest post from {name}
retweet it
retweet that
retweet that post
please retweet it
retweet the first one
retweet the last post
retweet the post about {word}
retweet the latest post by {name}
repost it
repost that
repost that post
repost the post about {word}
share that post
share the first one
comment on it
comment on that post
comment on the post
comment that {text}
comment {text}
comment on that post saying {text}
comment on it and say {text}
comment on the first one saying {text}
comment on the post about {word} that {text}
reply to that post saying {text}
reply {text}
follow {name}
please follow {name}
i want to follow {name}
start following {name}
can you follow {name}
unfollow {name}
please unfollow {name}
stop following {name}
i want to stop following {name}
who do i follow
who am i following
which accounts do i follow
which users do i follow
list the accounts i follow
list everyone i follow
show me the accounts that i follow
show me the comments on that post
read me the comments
what are my stats
show me the stats of {name}
how many followers does {name} have
the first one
the second one
the last one
the one about {word}
the one by {name}
the latest post
the post about {word}
""".strip().splitlines()

CLAUSES = """
i will be there
i will be late
i am running late
i am on my way
i will come
see you there
see you tomorrow
see you soon
i love it
great work
good job
congratulations
thank you
thank you for your help
thank you for reading
welcome
welcome to the team
have a nice day
good morning everyone
happy birthday
the meeting is at three
the meeting is at ten tomorrow
the meeting is tomorrow morning
the meeting is moved to friday
the meeting is on monday
the team meets on monday
lunch is on thursday
lunch is at noon
dinner is at seven
the party is on saturday
the report is ready
the report is done
the train is late
i have arrived
she has arrived
he has arrived
call me tomorrow
call me back
come to lunch on thursday
come to the meeting
can we meet tomorrow
i will bring the {word}
the {word} is ready
the {word} is on saturday
the {word} is on friday in the {word}
the {word} is at the {word}
i like the {word}
bring the {word}
do you have the {word}
where is the {word}
""".strip().splitlines()
