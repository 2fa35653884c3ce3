# What rules say of their judgements, in Russian: names of facts, reasons, and what would have passed. Read by gatepost trace and would-accept.
# English as the journal has it, with {} for what differs => Russian with {1}, {2} ... for the same; {1*} is translated itself.
# Of several lines that fit the one with most words of its own counts. Values (addresses, counts, DNS answers, words of others) stay as they were said.

# Names of facts
no objection => без возражений
not asked => не спрошены
would pass => прошло бы
sender => отправитель
recipient => получатель
accepted => принято
block => запрет
blocked => закрыт доступ
connections => соединений
conversation => разговор
counted => посчитано
counts => счётчики
cycle => круг
domain => домен
ended => закончилось
fault => сбой
filter => фильтр
filter's reason => причина фильтра
filter's words => слова фильтра
first met => первая встреча
helo => имя в HELO
limit => предел
mailbox holds => в ящике
mailbox => ящик
message declares => заявленный размер
messages => писем
moved to => новый адрес
notice => извещение
ours because => почему оно наше
pause => пауза
pipelined => отправлено раньше времени
quota => квота
reason => причина
received fields => полей Received
route => путь
suspension => приостановка
user => пользователь
virus => вирус
milter step => шаг разговора с фильтром
in quarantine as => в карантине под номером
not kept in quarantine => почему не в карантине
wanted and not done => просил, но не сделано
without-login => без входа
From => From
PTR of {} => PTR для {1}
MX of {} => MX домена {1}
addresses of {} => адреса {1}
dnsbl {} => чёрный список {1}
filter {} => фильтр {1}
callout to {} => запрос к {1}

wrong log-ins from there => неудачных входов оттуда
wrong log-ins for the account => неудачных входов в эту учётную запись

# The client
on no block list that answered => ни в одном из ответивших чёрных списков нет
{} is listed at {}: {} => {1} стоит в списке {2}: {3}
the reverse name of {} could not be looked up; passes unchecked => обратное имя {1} узнать не удалось; пропущен без проверки
the reverse name of {} could not be looked up: {} => обратное имя {1} узнать не удалось: {2}
{} has no reverse name => у {1} нет обратного имени
{} leads back to {} => {1} ведёт обратно к {2}
whether the reverse name leads back could not be learnt => ведёт ли обратное имя назад, узнать не удалось
no reverse name of {} leads back to it => ни одно обратное имя {1} не ведёт к нему
the client talked within {} s, before the greeting => клиент заговорил за {1} с, до приветствия
the client waited for the greeting => клиент дождался приветствия
{} connections from {} within {}, {} is the limit => {1} соединений от {2} за {3}, предел {4}
{} messages within {}, {} is the limit => {1} писем за {2}, предел {3}
{} is blocked until {}: {} => доступ для {1} закрыт до {2}: {3*}

# The hello
the client greeted with HELO => клиент поздоровался через HELO
{} calls itself {} => {1} называет себя {2}
{} introduced itself as {}, which is the name this server greets with => {1} назвался {2}, а это имя самого сервера
{} introduced itself as {}, which is listed among this server's names => {1} назвался {2}, а это одно из имён этого сервера
{} introduced itself as {}, which is an address of this server => {1} назвался {2}, а это адрес этого сервера
{} introduced itself as {}, which is a domain hosted here => {1} назвался {2}, а это здешний домен
{} is no host name => {1} — не имя узла
{} has no domain => у {1} нет домена
the client did not wait: {} => клиент не дождался ответа: {1}
the client broke the protocol in this session: {} => клиент нарушил протокол в этом сеансе: {1}

# The login
the service that knows the passwords did not answer => служба, которая знает пароли, не ответила
too many wrong log-ins before this one => слишком много неудачных входов перед этим
no such login, or not its password => нет такого имени или пароль не тот
the right login and password => правильные имя и пароль

# The sender
the client did not log in => клиент не вошёл под своим именем
{} has a password and the client did not log in => у {1} есть пароль, а клиент не вошёл
<{}> is no address of {} => <{1}> — не адрес пользователя {2}
{} is a user of this machine => {1} — пользователь этой машины
the null sender is nobody's => пустой отправитель ничей
its own address => собственный адрес
leave to send as {} => разрешено отправлять как {1}
mail for {} reaches {} => почта для {1} приходит к {2}
blocked: {} => запрещён: {1}
{} is suspended: {} => {1} приостановлен: {2}
{} has neither MX nor address records => у {1} нет ни MX, ни адресов
{} has addresses and no MX => у {1} есть адреса, но нет MX
{} publishes a null MX (RFC 7505) => {1} объявляет пустой MX (RFC 7505)
DNS did not answer for {}; passes unchecked => DNS не ответил про {1}; пропущен без проверки
DNS did not answer for {} => DNS не ответил про {1}
mail for {} goes to {} => почта для {1} идёт на {2}
{} is a domain of ours => {1} — наш домен

# The recipient
{} recipients of this message were accepted, {} is the limit => у этого письма принято {1} получателей, предел {2}
{} logged in => {1} вошёл под своим именем
client is in a trusted network => клиент в доверенной сети
{} is no domain of ours and {} is in no trusted network => {1} — не наш домен, а {2} не входит в доверенные сети
a login, or the client's address in a trusted network => вход или адрес клиента среди доверенных сетей
{} is not hosted here, though its MX leads to this server => {1} здесь не размещён, хотя его MX ведёт на этот сервер
the domain being hosted here, or its MX naming the server that hosts it => домен, размещённый здесь, или MX с именем того сервера, где он размещён
forward => переадресация
what was said for a sender or its parameters cannot be used => сказанное об отправителе или его параметрах непригодно
what was said for a recipient or its parameters cannot be used => сказанное о получателе или его параметрах непригодно
the sender is not in ASCII and SMTPUTF8 was not said => адрес отправителя не в ASCII, а SMTPUTF8 не сказано
the recipient is not in ASCII and SMTPUTF8 was not said => адрес получателя не в ASCII, а SMTPUTF8 не сказано
the message says it is over the limit => письмо само объявляет размер сверх предела
the disk of the queue is full => диск очереди заполнен
the queue cannot be written => в очередь нельзя записать
the message is over the limit => письмо больше предела
the message has a CR or LF of its own => в письме есть CR или LF сам по себе
the message has a line over the limit => в письме есть строка длиннее предела
no recipient was taken before the message => до письма не принят ни один получатель
{} is no domain of ours and the client may not relay => {1} — не наш домен, а пересылать этому клиенту нельзя
address found => адрес найден
{} has no such mailbox, alias or catch-all => в {1} нет ни такого ящика, ни псевдонима, ни ящика для всех прочих адресов
aliases and forwards lead back: {} => псевдонимы и пересылки ведут по кругу: {1}
more than {} aliases behind each other or {} addresses: {} => больше {1} псевдонимов друг за другом или {2} адресов: {3}
{} has moved to {} => {1} теперь {2}
{} does not exist in DNS => {1} в DNS нет
DNS did not answer; the queue asks again => DNS не ответил; очередь спросит ещё раз
{} exists => {1} существует
how full {} is could not be learnt => насколько заполнен {1}, узнать не удалось
{} has room => в {1} есть место
{} holds {} of {} octets, untouched since {} => в {1} занято {2} из {3} октетов, не тронут с {4}
{} holds {} of {} octets => в {1} занято {2} из {3} октетов
{}, <{}> and <{}> first met {} => {1}, <{2}> и <{3}> впервые встретились {4}
first met {} => первая встреча {1}
{} takes {} => {1} принимает {2}
{} refuses {} => {1} отказывает {2}
whether {} takes it could not be learnt; passes unchecked => примет ли его {1}, узнать не удалось; пропущен без проверки
whether {} takes {} could not be learnt => примет ли {1} адрес {2}, узнать не удалось
{} recipients written to by {} in the last 60 minutes, {} is the limit => {2} за последние 60 минут писал {1} получателям, предел {3}
{} recipients written to from {} in the last 60 minutes, {} is the limit => из {2} за последние 60 минут писали {1} получателям, предел {3}
{} messages received by {} in the last 60 minutes, {} is the limit => {2} за последние 60 минут получил {1} писем, предел {3}
{} recipients written to by {} => {1} получателей у {2}
{} recipients written to from {} => {1} получателей у {2}
{} messages received by {} => {1} писем у {2}
{} in 60 minutes => {1} за 60 минут

# The message
{} Received fields, {} is the limit => {1} полей Received, предел {2}
the From field is too long to be read => поле From слишком длинное, его не прочесть
the header is too long to be read to its end => заголовок слишком длинный, до конца его не прочесть
a line in the header is no field, and a From field may follow it => строка в заголовке не является полем, а за ней может стоять ещё одно поле From
From shows <{}>, which is no address of {} => в From стоит <{1}>, а это не адрес пользователя {2}
{} found {} => {1} нашёл {2}
{} takes it for spam, {} => {1} считает письмо спамом, {2}
{} has seen it in very many copies => {1} видел его в очень многих копиях
{} defers it: {} => {1} откладывает его: {2}
{} refuses it: {} => {1} отказывает: {2}
{} wants it kept back: {} => {1} просит задержать его: {2}
{} does not answer: {} => {1} не отвечает: {2}
passes unscanned by {} => пропущено без проверки фильтром {1}

# The rules themselves
only warns; it failed => только предупреждает; проверка не удалась
only warns; would refuse: {} ({}) => только предупреждает; отказал бы: {1} ({2*})
judging {} failed: {} => проверка на шаге {1} не удалась: {2}
nothing objected => никто не возразил

# What would have passed
EHLO => EHLO
a PTR record for the address => запись PTR для адреса
a domain that exists => существующий домен
a login before MAIL => вход до MAIL
a login, a trusted network, or the domain being hosted here => вход, доверенная сеть или домен, который обслуживается здесь
a mailbox or alias of that name, or a catch-all => ящик или псевдоним с таким именем или ящик для всех прочих адресов
a sender whose domain takes mail => отправитель, домен которого принимает почту
a session without errors => сеанс без ошибок
an address of a domain that takes mail => адрес домена, который принимает почту
an answer from the name servers of the reverse zone => ответ серверов имён обратной зоны
an answer from the name servers of these names => ответ серверов этих имён
an answer => ответ
any one of these forwards removed => без любой из этих пересылок
fewer copies, or an exemption for the sender => меньше копий или исключение для отправителя
room in the mailbox, or a larger quota => место в ящике или квота побольше
the client's own full name => собственное полное имя клиента
the client's own name, or its address among our own => собственное имя клиента или его адрес среди наших
the entry removed or expired => если запись убрать или она истечёт
the fault mended => когда сбой исправят
the loop cut: the Received fields name the servers that send to each other => если разорвать круг: поля Received называют серверы, которые шлют друг другу
the message without it => письмо без него
the rest in a further message => остальные в следующем письме
the suspension lifted => когда приостановку снимут
waiting for the answer to HELO, EHLO, AUTH, STARTTLS and DATA, and pipelining only after EHLO => если ждать ответа на HELO, EHLO, AUTH, STARTTLS и DATA, а слать подряд только после EHLO
waiting for the greeting => если дождаться приветствия
what the filter wants => то, чего хочет фильтр
after {}, or when an admin lifts the block => после {1} или когда администратор снимет запрет
after {} => после {1}
an MX or address record of {} => запись MX или адрес у {1}
an address or alias of {}, or leave to send as <{}> => адрес или псевдоним пользователя {1} или разрешение отправлять как <{2}>
an address record of {} with {} => адрес {2} у имени {1}
an answer of {}, or when-away = "pass" => ответ {1} или when-away = "pass"
an answer of {} => ответ {1}
from {} on => начиная с {1}
the address at {}; its refusal is believed for {} => адрес на {1}; его отказу верят {2}
the address not being listed at {}, or an exemption here => если адреса не будет в {1} или здесь сделают исключение
the new address, or moved-to removed => новый адрес или без moved-to
a score below {} => оценка ниже {1}
at {} or with a higher limit => {1} или с пределом повыше
with a higher limit => с пределом повыше
a name of letters, digits, hyphens and dots, or [address] => имя из букв, цифр, дефисов и точек или [адрес]
the full name with its domain => полное имя с доменом

# General shapes
{} is {} => {1} — это {2}
