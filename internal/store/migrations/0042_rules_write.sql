-- Making rules takes a scope of its own now: keys that could make them keep it.
UPDATE api_key SET scopes = scopes || '
rules:write' WHERE scopes LIKE '%settings:write%' AND scopes NOT LIKE '%rules:write%';
